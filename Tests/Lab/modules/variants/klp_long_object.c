// SPDX-License-Identifier: GPL-2.0-only
/* Patches a module whose name is longer than the kernel lets names be. */
#include "lab.h"

LAB_SHOW(lab_version_show, "klp_long_object build " LAB_BUILD)
LAB_PATCH("lab_a_name_that_is_longer_than_the_fifty_five_bytes_of_a_module", "lab_any",
	  lab_version_show);
MODULE_DESCRIPTION("klpolicy lab: an object with a long name");
