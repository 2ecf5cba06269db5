#ifndef KLPOLICY_CLINUX_H
#define KLPOLICY_CLINUX_H

/* System calls that the C library has no wrapper for, so that Swift can call them. */

/* finit_module(2). Returns 0, or the negative errno of the kernel. */
int klp_finit_module(int fd, const char *parameters, int flags);

#endif
