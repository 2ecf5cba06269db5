// SPDX-License-Identifier: GPL-2.0-only
/* A second fix, of another function: it shows in /proc/version. */
#include "lab.h"

LAB_SHOW(lab_version_show, "klp_version build " LAB_BUILD)
LAB_PATCH(NULL, "version_proc_show", lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: /proc/version");
