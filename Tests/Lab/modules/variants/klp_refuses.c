// SPDX-License-Identifier: GPL-2.0-only
/* Its init says EPERM before it enables anything: only running it shows that. */
#include "lab.h"

static int lab_refuse = 1;
module_param_named(refuse, lab_refuse, int, 0444);

LAB_SHOW(lab_version_show, "klp_refuses build " LAB_BUILD)

static struct klp_func lab_funcs[] = {
	{ .old_name = "version_proc_show", .new_func = lab_version_show }, { }
};
static struct klp_object lab_objects[] = { { .funcs = lab_funcs }, { } };
static struct klp_patch lab_patch = { .mod = THIS_MODULE, .objs = lab_objects };

static int __init lab_init(void)
{
	return lab_refuse ? -EPERM : klp_enable_patch(&lab_patch);
}
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: its init refuses");
