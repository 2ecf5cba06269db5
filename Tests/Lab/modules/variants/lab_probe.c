// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kprobe on version_proc_show. With a post_handler, which is what `post` asks for, it takes the
 * function's IPMODIFY, and ftrace gives that to one user only.
 */
#include "lab.h"
#include <linux/kprobes.h>

static bool lab_post;
module_param_named(post, lab_post, bool, 0444);

static int lab_before(struct kprobe *probe, struct pt_regs *regs) { return 0; }
static void lab_after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags) { }

static struct kprobe lab_kprobe = { .symbol_name = "version_proc_show", .pre_handler = lab_before };

static int __init lab_init(void)
{
	if (lab_post)
		lab_kprobe.post_handler = lab_after;
	return register_kprobe(&lab_kprobe);
}
static void __exit lab_exit(void) { unregister_kprobe(&lab_kprobe); }
module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("klpolicy lab: a kprobe in the way");
