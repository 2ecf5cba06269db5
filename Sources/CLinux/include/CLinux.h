#ifndef KLPOLICY_CLINUX_H
#define KLPOLICY_CLINUX_H

/* System calls that Swift cannot call, or not through the C library. All return the negative errno
   of the kernel when they fail. */

/* finit_module(2). Returns 0. */
int klp_finit_module(int fd, const char *parameters, int flags);

/* openat2(2) with RESOLVE_IN_ROOT: `directory` is the root for absolute paths, links and "..".
   Returns a descriptor. ENOSYS before Linux 5.6. */
int klp_open_in_root(int directory, const char *path, int flags);

/* getdents64(2). Returns the number of bytes read, 0 at the end. */
long klp_getdents64(int fd, void *buffer, unsigned long size);

/* adjtimex(2), which changes nothing here. Returns 1 where the kernel holds its clock for
   synchronised, 0 where it does not. */
int klp_clock_is_synchronised(void);

/* keyctl(2), KEYCTL_READ: of a keyring, the numbers of what is in it, four bytes each. Returns how
   many bytes there are, also where `buffer` holds fewer. */
long klp_read_key(int key, void *buffer, unsigned long size);

#endif
