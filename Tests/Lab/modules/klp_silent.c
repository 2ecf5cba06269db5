// SPDX-License-Identifier: GPL-2.0-only
/* Says livepatch=Y and never enables a patch: it loads, and nothing is patched. */
#include "lab.h"

static int __init lab_init(void) { return 0; }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: marked as a live patch, patches nothing");
