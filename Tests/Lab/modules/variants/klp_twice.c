// SPDX-License-Identifier: GPL-2.0-only
/* The same function twice in one object. */
#include "lab.h"

LAB_SHOW(lab_version_show, "klp_twice build " LAB_BUILD)
LAB_SHOW(lab_other_show, "klp_twice other build " LAB_BUILD)

static struct klp_func lab_funcs[] = {
	{ .old_name = "version_proc_show", .new_func = lab_version_show },
	{ .old_name = "version_proc_show", .new_func = lab_other_show },
	{ }
};
static struct klp_object lab_objects[] = { { .funcs = lab_funcs }, { } };
static struct klp_patch lab_patch = { .mod = THIS_MODULE, .objs = lab_objects };

static int __init lab_init(void) { return klp_enable_patch(&lab_patch); }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: names a function twice");
