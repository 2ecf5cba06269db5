// SPDX-License-Identifier: GPL-2.0-only
/* Patches a function that no kernel has. */
#include "lab.h"

LAB_SHOW(lab_missing_show, "klp_missing build " LAB_BUILD)
LAB_PATCH(NULL, "lab_no_such_function", lab_missing_show);
MODULE_DESCRIPTION("klpolicy lab: a function that is not there");
