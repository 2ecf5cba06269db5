// SPDX-License-Identifier: GPL-2.0-only
/* Patches a function of which the kernel has several, and does not say which one. */
#include "lab.h"

LAB_SHOW(lab_ambiguous_show, "klp_ambiguous build " LAB_BUILD)
LAB_PATCH(NULL, "type_show", lab_ambiguous_show);
MODULE_DESCRIPTION("klpolicy lab: one of several functions of a name");
