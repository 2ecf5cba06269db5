// SPDX-License-Identifier: GPL-2.0-only
/* A live patch that exports a function. */
#include "lab.h"

int lab_givex(void);
int lab_givex(void) { return 3; }
EXPORT_SYMBOL_GPL(lab_givex);

LAB_SHOW(lab_version_show, "klp_exports build " LAB_BUILD)
LAB_PATCH(NULL, "version_proc_show", lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: exports a function");
