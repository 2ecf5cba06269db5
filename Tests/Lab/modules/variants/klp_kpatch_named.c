// SPDX-License-Identifier: GPL-2.0-only
/* klp_kpatch, whose init calls the kernel by a name, so that nothing is patched. */
#define LAB_KERNEL_NAME lab_kpatch_funcs[0].objname
#include "klp_kpatch.c"
