// SPDX-License-Identifier: GPL-2.0-only
/* klp_stall as a cumulative patch: what it takes off is `replacing` while it stalls. */
#define LAB_REPLACE
#include "klp_stall.c"
