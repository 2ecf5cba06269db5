#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

int klp_finit_module(int fd, const char *parameters, int flags) {
  return syscall(SYS_finit_module, fd, parameters, flags) == 0 ? 0 : -errno;
}

int klp_open_in_root(int directory, const char *path, int flags) {
  struct open_how how = {
      .flags = (unsigned)flags,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  long fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
  return fd >= 0 ? (int)fd : -errno;
}

long klp_getdents64(int fd, void *buffer, unsigned long size) {
  long count = syscall(SYS_getdents64, fd, buffer, size);
  return count >= 0 ? count : -errno;
}

int klp_clock_is_synchronised(void) {
  struct timex clock = {.modes = 0};
  int state = adjtimex(&clock);
  if (state < 0) return -errno;
  return state != TIME_ERROR && !(clock.status & STA_UNSYNC);
}

long klp_read_key(int key, void *buffer, unsigned long size) {
  long count = syscall(SYS_keyctl, KEYCTL_READ, key, buffer, size);
  return count >= 0 ? count : -errno;
}
