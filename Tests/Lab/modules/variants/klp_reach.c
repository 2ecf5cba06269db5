// SPDX-License-Identifier: GPL-2.0-only
/*
 * Refers to a function that the kernel does not export. variants.py makes that a live-patch
 * relocation, as kpatch-build and klp-build do.
 */
#include "lab.h"

int loadavg_proc_show(struct seq_file *m, void *v);
void *lab_reached __section(".lab.reach") = loadavg_proc_show;

LAB_SHOW(lab_version_show, "klp_reach build " LAB_BUILD)
LAB_PATCH(NULL, "version_proc_show", lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: refers to what is not exported");
