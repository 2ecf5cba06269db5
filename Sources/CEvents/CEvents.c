#define _GNU_SOURCE
#include "CEvents.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void fill(sigset_t *set, const int *signals, int count) {
  sigemptyset(set);
  for (int index = 0; index < count; index++) sigaddset(set, signals[index]);
}

/* The thread that waits, and what it has not been told yet. */
static pthread_t waiting;
static volatile sig_atomic_t told[NSIG];

/* A thread in which somebody else has let signals through again passes them on. */
static void pass_on(int signal) {
  int saved = errno;
  told[signal] = 1;
  if (!pthread_equal(pthread_self(), waiting)) pthread_kill(waiting, signal);
  errno = saved;
}

int klp_signal_events(const int *signals, int count) {
  sigset_t set;
  fill(&set, signals, count);
  waiting = pthread_self();
  struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  for (int index = 0; index < count; index++)
    if (sigaction(signals[index], &action, NULL) != 0) return -errno;
  int problem = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (problem != 0) return -problem;
  int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return fd >= 0 ? fd : -errno;
}

int klp_next_signal(int fd) {
  struct signalfd_siginfo information;
  for (;;) {
    ssize_t count = read(fd, &information, sizeof information);
    if (count == (ssize_t)sizeof information) {
      int signal = (int)information.ssi_signo;
      if (signal > 0 && signal < NSIG) told[signal] = 0;
      return signal;
    }
    if (count < 0 && errno == EINTR) continue;
    return count < 0 && errno != EAGAIN ? -errno : 0;
  }
}

int klp_is_pending(const int *signals, int count) {
  sigset_t pending;
  if (sigpending(&pending) != 0) return -errno;
  for (int index = 0; index < count; index++)
    if (sigismember(&pending, signals[index]) == 1 || told[signals[index]]) return 1;
  return 0;
}

int klp_timer(int is_wall_clock) {
  int fd = timerfd_create(
      is_wall_clock ? CLOCK_REALTIME : CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  return fd >= 0 ? fd : -errno;
}

int klp_set_timer(int fd, int is_wall_clock, long long seconds, long nanoseconds) {
  struct itimerspec time = {.it_value = {.tv_sec = seconds, .tv_nsec = nanoseconds}};
  /* Zero would disarm it. */
  if (time.it_value.tv_sec == 0 && time.it_value.tv_nsec == 0) time.it_value.tv_nsec = 1;
  int flags = is_wall_clock ? TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET : 0;
  return timerfd_settime(fd, flags, &time, NULL) == 0 ? 0 : -errno;
}

int klp_take_timer(int fd) {
  uint64_t expirations;
  for (;;) {
    if (read(fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations) return 1;
    if (errno == EINTR) continue;
    if (errno == ECANCELED) return 2;
    return errno == EAGAIN ? 0 : -errno;
  }
}

int klp_notify(const char *socket_name, const char *message) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(socket_name);
  if (length < 2 || length >= sizeof address.sun_path) return -EINVAL;
  if (socket_name[0] != '/' && socket_name[0] != '@') return -EAFNOSUPPORT;
  memcpy(address.sun_path, socket_name, length);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  if (socket_name[0] == '@') {
    address.sun_path[0] = 0;
  } else {
    size++;
  }
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  ssize_t sent;
  do {
    sent = sendto(fd, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  } while (sent < 0 && errno == EINTR);
  int answer = sent < 0 ? -errno : 0;
  close(fd);
  return answer;
}
