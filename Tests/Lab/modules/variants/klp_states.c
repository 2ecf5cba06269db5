// SPDX-License-Identifier: GPL-2.0-only
/* A patch with a state; klp_states_old is the same with the state's older version. */
#ifndef LAB_STATE_VERSION
#define LAB_STATE_VERSION 2
#endif
#include "lab.h"

static struct klp_state lab_states[] = {
	{ .id = 1, .version = LAB_STATE_VERSION }, { }
};

LAB_SHOW(lab_version_show, "klp_states build " LAB_BUILD)
LAB_PATCH(NULL, "version_proc_show", lab_version_show, .states = lab_states);
MODULE_DESCRIPTION("klpolicy lab: a patch with a state");
