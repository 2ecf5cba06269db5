// SPDX-License-Identifier: GPL-2.0-only
/* Patches getpid by a name that ftrace does not show, as it shows another one of the same place. */
#include <linux/sched.h>
#include "lab.h"

static asmlinkage long lab_getpid(const struct pt_regs *regs)
{
	return task_tgid_vnr(current);
}

LAB_PATCH(NULL, "__x64_sys_getpid", lab_getpid);
MODULE_DESCRIPTION("klpolicy lab: a system call by one of its names");
