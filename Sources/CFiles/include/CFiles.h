#ifndef KLPOLICY_CFILES_H
#define KLPOLICY_CFILES_H

/* Calls of the C library on files that Swift does not see. All return the negative errno when they
   fail. */

/* fallocate(2) with FALLOC_FL_KEEP_SIZE. Returns 0. */
int klp_reserve(int fd, long long offset, long long count);

/* fallocate(2) with FALLOC_FL_PUNCH_HOLE: gives back what these bytes take. Returns 0. */
int klp_punch_hole(int fd, long long offset, long long count);

/* memfd_create(2), close-on-exec, sealable, not executable where the kernel can say so.
   Returns a descriptor. */
int klp_memory_file(const char *name);

/* Seals a memory file against everything: WRITE, GROW, SHRINK, SEAL. Returns 0. */
int klp_seal(int fd);

/* syncfs(2): everything that was written to the file system of a descriptor. Returns 0. */
int klp_sync_file_system(int fd);

#endif
