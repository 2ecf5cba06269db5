// SPDX-License-Identifier: GPL-2.0-only
/*
 * A live patch of one function: the one that writes /proc/version.
 *
 * The kernel loads it like any module. What makes it a live patch is klp_enable_patch(), and
 * livepatch=Y in its module information.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

/* The new body. It has the type of the old one. */
static int first_fix_version_show(struct seq_file *m, void *v)
{
	seq_puts(m, "This kernel runs the first live patch.\n");
	return 0;
}

static struct klp_func functions[] = {
	{ .old_name = "version_proc_show", .new_func = first_fix_version_show },
	{ }
};

/* An object without a name is the kernel itself, not one of its modules. */
static struct klp_object objects[] = {
	{ .funcs = functions },
	{ }
};

/* .replace = true would take every other live patch off: a policy has to say which it is. */
static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init first_fix_init(void)
{
	return klp_enable_patch(&patch);
}

/* A live patch can be unloaded once it is disabled, and only if it has an exit function. */
static void __exit first_fix_exit(void)
{
}

module_init(first_fix_init);
module_exit(first_fix_exit);
MODULE_INFO(livepatch, "Y");
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("klpolicy's first policy: /proc/version");
