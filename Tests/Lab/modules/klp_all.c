// SPDX-License-Identifier: GPL-2.0-only
/* A cumulative patch: replace is set, so it takes every other live patch off. */
#include "lab.h"

LAB_SHOW(lab_cmdline_show, "klp_all build " LAB_BUILD)
LAB_PATCH(NULL, "cmdline_proc_show", lab_cmdline_show, .replace = true);
MODULE_DESCRIPTION("klpolicy lab: cumulative, /proc/cmdline");
