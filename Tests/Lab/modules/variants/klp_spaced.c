// SPDX-License-Identifier: GPL-2.0-only
/* Uses a function that the kernel exports in a namespace. */
#include "lab.h"
#include <crypto/internal/cipher.h>

static void *volatile lab_setkey = crypto_cipher_setkey;

static int lab_version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "klp_spaced build " LAB_BUILD " %d\n", lab_setkey != NULL);
	return 0;
}

LAB_PATCH(NULL, "version_proc_show", lab_version_show);
MODULE_IMPORT_NS(CRYPTO_INTERNAL);
MODULE_DESCRIPTION("klpolicy lab: imports a namespace");
