/* ends_at POINT COMMAND...: runs COMMAND and ends it by SIGKILL at a point of its life.

   A point N (from 1) is the N-th moment just before or just after a call that changes something: of
   the disk (a write into a file, fsync, fdatasync, rename, link, mkdir, unlink, truncate) or of the
   kernel's modules (finit_module, delete_module). "Nms" is N milliseconds after the start.

   When COMMAND ends before, the last line on standard error says how many points there were.
   Exit status: 77 when it was killed there; otherwise COMMAND's own, when it ended before. */

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int changes(pid_t task, const struct user_regs_struct *registers) {
  switch (registers->orig_rax) {
    case SYS_write:
    case SYS_pwrite64: {
      /* Output is no change, and neither is a file in memory. */
      char link[64], target[256];
      snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)task, (int)registers->rdi);
      ssize_t count = readlink(link, target, sizeof target - 1);
      if (count < 0) return 0;
      target[count] = 0;
      return registers->rdi > 2 && target[0] == '/' && strncmp(target, "/memfd:", 7) != 0 &&
             strncmp(target, "/dev/", 5) != 0 && strncmp(target, "/proc/", 6) != 0;
    }
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_rename:
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_link:
    case SYS_linkat:
    case SYS_mkdir:
    case SYS_mkdirat:
    case SYS_unlink:
    case SYS_unlinkat:
    case SYS_rmdir:
    case SYS_ftruncate:
    case SYS_truncate:
    case SYS_finit_module:
    case SYS_delete_module:
      return 1;
    default:
      return 0;
  }
}

static int ended(int status) {
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL ? 77 : 128 + WTERMSIG(status);
  return WEXITSTATUS(status);
}

static int kill_after(pid_t child, long milliseconds) {
  struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&pause, &pause) != 0 && errno == EINTR) {
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return ended(status);
}

int main(int count, char **words) {
  if (count < 3) return 64;
  char *unit;
  long point = strtol(words[1], &unit, 10);
  int is_time = strcmp(unit, "ms") == 0;
  pid_t child = fork();
  if (child < 0) return 71;
  if (child == 0) {
    if (!is_time) {
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      raise(SIGSTOP);
    }
    execvp(words[2], words + 2);
    _exit(127);
  }
  if (is_time) return kill_after(child, point);

  int status = 0;
  waitpid(child, &status, 0);
  ptrace(PTRACE_SETOPTIONS, child, 0,
         PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
  ptrace(PTRACE_SYSCALL, child, 0, 0);
  long seen = 0;
  for (;;) {
    pid_t task = waitpid(-1, &status, __WALL);
    if (task < 0) return 71;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (task == child) {
        if (ended(status) != 77) fprintf(stderr, "ends_at: %ld points\n", seen);
        return ended(status);
      }
      continue;
    }
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      struct user_regs_struct registers;
      if (ptrace(PTRACE_GETREGS, task, 0, &registers) == 0 && changes(task, &registers)) {
        seen++;
        if (seen == point) kill(child, SIGKILL);
      }
      signal = 0;
    } else if (signal == SIGTRAP || signal == SIGSTOP) {
      signal = 0;
    }
    ptrace(PTRACE_SYSCALL, task, 0, signal);
  }
}
