// SPDX-License-Identifier: GPL-2.0-only
/* Exports two functions, one of them in a namespace. */
#include "lab_giver.h"
#include "lab.h"

int lab_given(void) { return 1; }
EXPORT_SYMBOL_GPL(lab_given);
int lab_spaced(void) { return 2; }
EXPORT_SYMBOL_NS_GPL(lab_spaced, LAB_SPACE);

static int __init lab_init(void) { return 0; }
static void __exit lab_exit(void) { }
module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("klpolicy lab: exports");
