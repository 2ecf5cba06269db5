// SPDX-License-Identifier: GPL-2.0-only
/* An object that has no list of functions at all. */
#include "lab.h"

static struct klp_object lab_objects[] = { { .name = "lab_target" }, { } };
static struct klp_patch lab_patch = { .mod = THIS_MODULE, .objs = lab_objects };

static int __init lab_init(void) { return klp_enable_patch(&lab_patch); }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: an object without a list of functions");
