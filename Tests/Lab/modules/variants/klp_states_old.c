// SPDX-License-Identifier: GPL-2.0-only
#define LAB_STATE_VERSION 1
#include "klp_states.c"
