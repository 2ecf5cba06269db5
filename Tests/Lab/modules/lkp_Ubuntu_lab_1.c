// SPDX-License-Identifier: GPL-2.0-only
/* Has the kind of name that Canonical's live patches have, for the stand-in of their client. */
#include "lab.h"

LAB_SHOW(lab_ubuntu_show, "lkp_Ubuntu_lab_1 build " LAB_BUILD)
LAB_PATCH(NULL, "version_proc_show", lab_ubuntu_show);
MODULE_DESCRIPTION("klpolicy lab: a live patch as a vendor's client loads it");
