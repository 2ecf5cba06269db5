// SPDX-License-Identifier: GPL-2.0-only
/* Enables a patch whose one object names no function. */
#include "lab.h"

static struct klp_func lab_funcs[] = { { } };
static struct klp_object lab_objects[] = { { .name = "lab_target", .funcs = lab_funcs }, { } };
static struct klp_patch lab_patch = { .mod = THIS_MODULE, .objs = lab_objects };

static int __init lab_init(void) { return klp_enable_patch(&lab_patch); }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: an object without functions");
