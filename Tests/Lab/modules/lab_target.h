/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLPOLICY_LAB_TARGET_H
#define KLPOLICY_LAB_TARGET_H

#include <linux/atomic.h>
#include <linux/sched.h>

/* What holds one thread of lab_target: a parameter, and the count of all that are held. */
struct lab_hold {
	int held;
	atomic_t *inside;
};

/*
 * The body of lab_target_hold(), old and new: uninterruptible, so that neither the kernel's fake
 * signal nor a waking gets the thread out before `held` is 0.
 */
static __always_inline void lab_hold_here(struct lab_hold *hold)
{
	atomic_inc(hold->inside);
	while (READ_ONCE(hold->held))
		schedule_timeout_uninterruptible(HZ / 10);
	atomic_dec(hold->inside);
}

#endif
