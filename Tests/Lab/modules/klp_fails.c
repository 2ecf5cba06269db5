// SPDX-License-Identifier: GPL-2.0-only
/* A live patch that looks sound and whose load the kernel refuses: pre_patch says ENODEV. */
#define LAB_CALLBACKS .callbacks = { .pre_patch = lab_pre_patch }
#include "lab.h"

static int lab_pre_patch(struct klp_object *object)
{
	return -ENODEV;
}

LAB_SHOW(lab_uptime_show, "klp_fails build " LAB_BUILD)
LAB_PATCH(NULL, "uptime_proc_show", lab_uptime_show);
MODULE_DESCRIPTION("klpolicy lab: its load fails");
