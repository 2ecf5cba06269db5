// SPDX-License-Identifier: GPL-2.0-only
/* A patch without objects. */
#include "lab.h"

static struct klp_patch lab_patch = { .mod = THIS_MODULE };

static int __init lab_init(void) { return klp_enable_patch(&lab_patch); }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: a patch without objects");
