// SPDX-License-Identifier: GPL-2.0-only
/* A fix that shows in /proc/cmdline; there are two builds of it, a and b. */
#include "lab.h"

LAB_SHOW(lab_cmdline_show, "klp_cmdline build " LAB_BUILD)
LAB_PATCH(NULL, "cmdline_proc_show", lab_cmdline_show);
MODULE_DESCRIPTION("klpolicy lab: /proc/cmdline");
