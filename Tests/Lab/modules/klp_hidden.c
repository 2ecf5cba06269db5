// SPDX-License-Identifier: GPL-2.0-only
/* Patches a function that ftrace may not touch. */
#include "lab.h"

LAB_SHOW(lab_hidden_show, "klp_hidden build " LAB_BUILD)
LAB_PATCH(NULL, "do_syscall_64", lab_hidden_show);
MODULE_DESCRIPTION("klpolicy lab: a function that ftrace cannot hook");
