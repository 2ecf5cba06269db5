// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names the kernel itself as its object, which is written NULL: the kernel waits for a module of
 * that name, and sysfs shows the same as of a patch that is in force.
 */
#include "lab.h"

LAB_SHOW(lab_version_show, "klp_named build " LAB_BUILD)
LAB_PATCH("vmlinux", "version_proc_show", lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: an object that is called vmlinux");
