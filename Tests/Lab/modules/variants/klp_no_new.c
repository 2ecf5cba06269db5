// SPDX-License-Identifier: GPL-2.0-only
/* Names a function, and nothing to take its place. */
#include "lab.h"

LAB_PATCH(NULL, "version_proc_show", NULL);
MODULE_DESCRIPTION("klpolicy lab: a function without its new one");
