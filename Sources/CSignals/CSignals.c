#include "CSignals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>

static volatile sig_atomic_t noted;

static void note(int signal) {
  if (noted == 0) noted = signal;
}

void klp_note_signals(int hangs_up) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < (hangs_up ? 3 : 2); i++) {
    struct sigaction before;
    /* The agent handles them itself, and hands them to the thread that the run is in. */
    if (sigaction(signals[i], NULL, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction noting = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&noting.sa_mask);
    sigaction(signals[i], &noting, NULL);
  }
}

int klp_noted_signal(void) { return noted; }

int klp_leave_no_core(void) { return prctl(PR_SET_DUMPABLE, 0) == 0 ? 0 : -errno; }
