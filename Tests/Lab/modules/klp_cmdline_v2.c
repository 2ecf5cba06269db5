// SPDX-License-Identifier: GPL-2.0-only
/* The successor of klp_cmdline under a module name of its own. */
#include "lab.h"

LAB_SHOW(lab_cmdline_show, "klp_cmdline_v2 build " LAB_BUILD)
LAB_PATCH(NULL, "cmdline_proc_show", lab_cmdline_show);
MODULE_DESCRIPTION("klpolicy lab: /proc/cmdline, next version");
