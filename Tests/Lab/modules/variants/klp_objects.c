// SPDX-License-Identifier: GPL-2.0-only
/* A patch of several objects: two functions of vmlinux, one of lab_target, one of no module. */
#include "lab.h"
#include <linux/moduleparam.h>

LAB_SHOW(lab_version_show, "klp_objects build " LAB_BUILD)
LAB_SHOW(lab_loadavg_show, "klp_objects build " LAB_BUILD)

static noinline int lab_new_text(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "klp_objects build " LAB_BUILD "\n");
}

static struct klp_func lab_vmlinux_funcs[] = {
	{ .old_name = "version_proc_show", .new_func = lab_version_show },
	{ .old_name = "loadavg_proc_show", .new_func = lab_loadavg_show, .old_sympos = 1 },
	{ }
};
static struct klp_func lab_target_funcs[] = {
	{ .old_name = "lab_target_text", .new_func = lab_new_text }, { }
};
static struct klp_func lab_absent_funcs[] = {
	{ .old_name = "lab_absent_text", .new_func = lab_new_text }, { }
};
static struct klp_object lab_objects[] = {
	{ .funcs = lab_vmlinux_funcs },
	{ .name = "lab_target", .funcs = lab_target_funcs },
	{ .name = "lab_absent", .funcs = lab_absent_funcs },
	{ }
};
static struct klp_patch lab_patch = { .mod = THIS_MODULE, .objs = lab_objects };

static int __init lab_init(void) { return klp_enable_patch(&lab_patch); }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: a patch of several objects");
