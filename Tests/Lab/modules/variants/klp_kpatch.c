// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module of the form that kpatch-build makes: what it patches stands in sections of their own,
 * and its init makes the structures for livepatch of them. klp_kpatch_named is the same, made wrongly.
 */
#ifndef LAB_KERNEL_NAME
#define LAB_KERNEL_NAME NULL
#endif
#include "lab.h"
#include <linux/slab.h>

struct lab_kpatch_func {
	unsigned long new_addr, new_size, old_addr, old_size, sympos;
	const char *name, *objname;
};

static const char lab_name[] __section(".kpatch.strings") __used = "version_proc_show";
static const char lab_object_name[] __section(".kpatch.strings") __used = "vmlinux";

LAB_SHOW(lab_version_show, "klp_kpatch build " LAB_BUILD)

static struct lab_kpatch_func lab_kpatch_funcs[] __section(".kpatch.funcs") __used = {
	{ (unsigned long)lab_version_show, 16, 0, 16, 0, lab_name, lab_object_name },
};

static struct klp_patch *lab_patch;

static int __init lab_init(void)
{
	struct klp_object *objects = kcalloc(2, sizeof(*objects), GFP_KERNEL);
	struct klp_func *funcs = kcalloc(2, sizeof(*funcs), GFP_KERNEL);
	int error = -ENOMEM;

	lab_patch = kzalloc(sizeof(*lab_patch), GFP_KERNEL);
	if (lab_patch && objects && funcs) {
		funcs->old_name = lab_kpatch_funcs[0].name;
		funcs->new_func = (void *)lab_kpatch_funcs[0].new_addr;
		funcs->old_sympos = lab_kpatch_funcs[0].sympos;
		objects->name = LAB_KERNEL_NAME;
		objects->funcs = funcs;
		lab_patch->mod = THIS_MODULE;
		lab_patch->objs = objects;
		error = klp_enable_patch(lab_patch);
		if (!error)
			return 0;
	}
	kfree(funcs);
	kfree(objects);
	kfree(lab_patch);
	return error;
}

static void __exit lab_exit(void)
{
	struct klp_object *objects = lab_patch->objs;

	kfree(objects->funcs);
	kfree(objects);
	kfree(lab_patch);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("klpolicy lab: of the form that kpatch-build makes");
