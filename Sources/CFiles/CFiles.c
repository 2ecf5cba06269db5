#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int klp_reserve(int fd, long long offset, long long count) {
  int answer;
  do {
    answer = fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, count);
  } while (answer != 0 && errno == EINTR);
  return answer == 0 ? 0 : -errno;
}

int klp_punch_hole(int fd, long long offset, long long count) {
  int answer;
  do {
    answer = fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, count);
  } while (answer != 0 && errno == EINTR);
  return answer == 0 ? 0 : -errno;
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

int klp_memory_file(const char *name) {
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (fd < 0 && errno == EINVAL) {
    /* Before Linux 6.3 there was no such flag. */
    fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  }
  return fd >= 0 ? fd : -errno;
}

int klp_seal(int fd) {
  int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  return fcntl(fd, F_ADD_SEALS, seals) == 0 ? 0 : -errno;
}

int klp_sync_file_system(int fd) { return syncfs(fd) == 0 ? 0 : -errno; }
