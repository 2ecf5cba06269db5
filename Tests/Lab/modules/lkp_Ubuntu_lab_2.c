// SPDX-License-Identifier: GPL-2.0-only
/* What the stand-in of Canonical's client loads next: cumulative, it takes every other live patch off. */
#include "lab.h"

LAB_SHOW(lab_ubuntu_show, "lkp_Ubuntu_lab_2 build " LAB_BUILD)
LAB_PATCH(NULL, "version_proc_show", lab_ubuntu_show, .replace = true);
MODULE_DESCRIPTION("klpolicy lab: the next live patch as a vendor's client loads it");
