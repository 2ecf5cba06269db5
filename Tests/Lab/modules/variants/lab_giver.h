/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLPOLICY_LAB_GIVER_H
#define KLPOLICY_LAB_GIVER_H

int lab_given(void);
int lab_spaced(void);

#endif
