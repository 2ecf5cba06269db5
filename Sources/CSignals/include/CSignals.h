#ifndef KLPOLICY_CSIGNALS_H
#define KLPOLICY_CSIGNALS_H

/* From now on SIGINT and SIGTERM, and with hangs_up SIGHUP, end the process no longer, whatever thread
   they are delivered to: they are noted. One that is ignored, or handled already, stays so. */
void klp_note_signals(int hangs_up);

/* The first of them that was noted, 0 where none was. */
int klp_noted_signal(void);

/* From now on this process, and no program that it starts, leaves no core, whatever limits are set
   (PR_SET_DUMPABLE of prctl(2)). Returns 0, or the negative errno. */
int klp_leave_no_core(void);

#endif
