// SPDX-License-Identifier: GPL-2.0-only
/* Uses what lab_giver exports, also from its namespace. */
#include "lab.h"
#include "lab_giver.h"

static int lab_version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "klp_taker build " LAB_BUILD " %d\n", lab_given() + lab_spaced());
	return 0;
}

LAB_PATCH(NULL, "version_proc_show", lab_version_show);
MODULE_IMPORT_NS(LAB_SPACE);
MODULE_DESCRIPTION("klpolicy lab: depends on lab_giver");
