// SPDX-License-Identifier: GPL-2.0-only
/* An ordinary module, no live patch. */
#include "lab.h"

static int __init lab_init(void) { return 0; }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("klpolicy lab: no live patch");
