// SPDX-License-Identifier: GPL-2.0-only
/* Has a new function, and does not say for which. */
#include "lab.h"

LAB_SHOW(lab_version_show, "klp_nameless build " LAB_BUILD)
LAB_PATCH(NULL, NULL, lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: a new function for none");
