/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the lab's live patches share. A patch of one function is three lines:
 * the new function, LAB_PATCH, and MODULE_DESCRIPTION.
 */
#ifndef KLPOLICY_LAB_H
#define KLPOLICY_LAB_H

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

MODULE_LICENSE("GPL");

/* Which build of a module this is: "a" and "b" differ in it, so in behaviour and in build ID. */
#ifndef LAB_BUILD
#define LAB_BUILD "a"
#endif

/* Patch FUNCTION of OBJECT (NULL: vmlinux) with NEW; further fields of klp_patch may follow. */
#define LAB_PATCH(object, function, new, ...)						\
	static struct klp_func lab_funcs[] = {						\
		{ .old_name = function, .new_func = new }, { }				\
	};										\
	static struct klp_object lab_objects[] = {					\
		{ .name = object, .funcs = lab_funcs, LAB_CALLBACKS }, { }		\
	};										\
	static struct klp_patch lab_patch = {						\
		.mod = THIS_MODULE, .objs = lab_objects, __VA_ARGS__			\
	};										\
	static int __init lab_init(void) { return klp_enable_patch(&lab_patch); }	\
	static void __exit lab_exit(void) { }						\
	module_init(lab_init);								\
	module_exit(lab_exit);								\
	MODULE_INFO(livepatch, "Y")

#ifndef LAB_CALLBACKS
#define LAB_CALLBACKS .callbacks = { }
#endif

/* A new body for a seq_file "show" function of /proc: the file then holds this one line. */
#define LAB_SHOW(name, text)								\
	static int name(struct seq_file *m, void *v)					\
	{										\
		seq_puts(m, text "\n");							\
		return 0;								\
	}

#endif
