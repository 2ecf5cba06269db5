// SPDX-License-Identifier: GPL-2.0-only
/* A patch with every callback, all of them content, and with a parameter. */
#define LAB_CALLBACKS .callbacks = {						\
		.pre_patch = lab_pre_patch, .post_patch = lab_after,		\
		.pre_unpatch = lab_after, .post_unpatch = lab_after }
#include "lab.h"

static int lab_count;
module_param_named(count, lab_count, int, 0444);

static int lab_pre_patch(struct klp_object *object)
{
	lab_count++;
	return 0;
}

static void lab_after(struct klp_object *object)
{
	lab_count++;
}

LAB_SHOW(lab_version_show, "klp_callbacks build " LAB_BUILD)
LAB_PATCH(NULL, "version_proc_show", lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: a patch with callbacks");
