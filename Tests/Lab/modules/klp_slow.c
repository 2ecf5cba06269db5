// SPDX-License-Identifier: GPL-2.0-only
/* A live patch whose load takes half a minute: time enough for a host to lose its power in it. */
#define LAB_CALLBACKS .callbacks = { .pre_patch = lab_pre_patch }
#include "lab.h"
#include <linux/delay.h>

static int lab_pre_patch(struct klp_object *object)
{
	msleep(30000);
	return 0;
}

LAB_SHOW(lab_uptime_show, "klp_slow build " LAB_BUILD)
LAB_PATCH(NULL, "uptime_proc_show", lab_uptime_show);
MODULE_DESCRIPTION("klpolicy lab: its load takes half a minute");
