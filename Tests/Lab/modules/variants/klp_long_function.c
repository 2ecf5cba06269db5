// SPDX-License-Identifier: GPL-2.0-only
/* Patches a function whose name is longer than the kernel lets names be, of a module that is not there. */
#include "lab.h"

#define LAB_8(x) x x x x x x x x
LAB_SHOW(lab_version_show, "klp_long_function build " LAB_BUILD)
LAB_PATCH("lab_absent", LAB_8(LAB_8("lab_name")), lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: a function with a long name");
