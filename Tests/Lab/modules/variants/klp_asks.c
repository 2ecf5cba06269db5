// SPDX-License-Identifier: GPL-2.0-only
/* Enables its patch only when a parameter asks for that: it loads, and nothing is patched. */
#include "lab.h"

static bool lab_enable;
module_param_named(enable, lab_enable, bool, 0444);

LAB_SHOW(lab_version_show, "klp_asks build " LAB_BUILD)

static struct klp_func lab_funcs[] = {
	{ .old_name = "version_proc_show", .new_func = lab_version_show }, { }
};
static struct klp_object lab_objects[] = { { .funcs = lab_funcs }, { } };
static struct klp_patch lab_patch = { .mod = THIS_MODULE, .objs = lab_objects };

static int __init lab_init(void) { return lab_enable ? klp_enable_patch(&lab_patch) : 0; }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: enables its patch on request");
