// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches lab_target, see there how to stall it. Built twice: as klp_stall, and with LAB_REPLACE
 * as klp_stall_all, a cumulative patch.
 */
#include "lab.h"
#include "lab_target.h"

static noinline void lab_new_hold(struct lab_hold *hold)
{
	lab_hold_here(hold);
}

static noinline int lab_new_text(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, KBUILD_MODNAME " build " LAB_BUILD "\n");
}

static struct klp_func lab_funcs[] = {
	{ .old_name = "lab_target_hold", .new_func = lab_new_hold },
	{ .old_name = "lab_target_text", .new_func = lab_new_text },
	{ }
};
static struct klp_object lab_objects[] = {
	{ .name = "lab_target", .funcs = lab_funcs },
	{ }
};
static struct klp_patch lab_patch = {
	.mod = THIS_MODULE,
	.objs = lab_objects,
#ifdef LAB_REPLACE
	.replace = true,
#endif
};

static int __init lab_init(void) { return klp_enable_patch(&lab_patch); }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: patches lab_target, and stalls on demand");
