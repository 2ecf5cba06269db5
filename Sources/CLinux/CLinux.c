#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

int klp_finit_module(int fd, const char *parameters, int flags) {
  return syscall(SYS_finit_module, fd, parameters, flags) == 0 ? 0 : -errno;
}
