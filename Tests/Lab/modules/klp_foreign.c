// SPDX-License-Identifier: GPL-2.0-only
/* What somebody else loaded: it shows in /proc/loadavg. */
#include "lab.h"

LAB_SHOW(lab_loadavg_show, "klp_foreign build " LAB_BUILD)
LAB_PATCH(NULL, "loadavg_proc_show", lab_loadavg_show);
MODULE_DESCRIPTION("klpolicy lab: /proc/loadavg, loaded by somebody else");
