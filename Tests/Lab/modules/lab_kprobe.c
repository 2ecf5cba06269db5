// SPDX-License-Identifier: GPL-2.0-only
/* A kprobe with a post handler, which keeps live patches off the function behind /proc/version. */
#include <linux/kprobes.h>
#include <linux/module.h>

static void lab_after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags) { }

static struct kprobe lab_probe = {
	.symbol_name = "version_proc_show",
	.post_handler = lab_after,
};

static int __init lab_init(void) { return register_kprobe(&lab_probe); }
static void __exit lab_exit(void) { unregister_kprobe(&lab_probe); }
module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("klpolicy lab: a kprobe in the way");
