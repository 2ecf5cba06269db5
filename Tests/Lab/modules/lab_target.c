// SPDX-License-Identifier: GPL-2.0-only
/*
 * Something to patch whose transition can be stalled for as long as a test likes.
 *
 * Two kernel threads each look at their own parameter, `first` and `second`. While it is 1, the
 * thread sleeps uninterruptibly inside lab_target_hold(); as 0 it sleeps outside of it. A thread
 * held before klp_stall is loaded stalls the load, a thread held afterwards stalls the disable.
 * `inside` counts the threads that are in the function, old or new; `text` is the behaviour
 * that klp_stall changes.
 */
#include "lab.h"
#include "lab_target.h"
#include <linux/kthread.h>

static atomic_t inside;
static struct lab_hold holds[2] = { { .inside = &inside }, { .inside = &inside } };
static struct task_struct *threads[2];

module_param_named(first, holds[0].held, int, 0644);
module_param_named(second, holds[1].held, int, 0644);

static int lab_get_inside(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d\n", atomic_read(&inside));
}
static const struct kernel_param_ops lab_inside_ops = { .get = lab_get_inside };
module_param_cb(inside, &lab_inside_ops, NULL, 0444);

static noinline int lab_target_text(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "unpatched\n");
}
static const struct kernel_param_ops lab_text_ops = { .get = lab_target_text };
module_param_cb(text, &lab_text_ops, NULL, 0444);

static noinline void lab_target_hold(struct lab_hold *hold)
{
	lab_hold_here(hold);
}

static int lab_thread(void *data)
{
	struct lab_hold *hold = data;

	while (!kthread_should_stop()) {
		if (READ_ONCE(hold->held))
			lab_target_hold(hold);
		else
			schedule_timeout_interruptible(HZ / 10);
	}
	return 0;
}

static int __init lab_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		threads[i] = kthread_run(lab_thread, &holds[i], "lab_target/%d", i);
		if (IS_ERR(threads[i])) {
			int error = PTR_ERR(threads[i]);

			while (i-- > 0)
				kthread_stop(threads[i]);
			return error;
		}
	}
	return 0;
}

static void __exit lab_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		WRITE_ONCE(holds[i].held, 0);
		kthread_stop(threads[i]);
	}
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("klpolicy lab: a target whose functions can be slept in");
