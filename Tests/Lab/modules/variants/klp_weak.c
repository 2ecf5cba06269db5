// SPDX-License-Identifier: GPL-2.0-only
/* Uses a function that nobody has, weakly. */
#include "lab.h"

void __weak lab_nowhere(void);

static int lab_version_show(struct seq_file *m, void *v)
{
	if (&lab_nowhere != NULL)
		lab_nowhere();
	seq_puts(m, "klp_weak build " LAB_BUILD "\n");
	return 0;
}

LAB_PATCH(NULL, "version_proc_show", lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: a weak symbol that is missing");
