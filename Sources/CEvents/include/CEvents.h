#ifndef KLPOLICY_CEVENTS_H
#define KLPOLICY_CEVENTS_H

/* What Linux tells of by descriptors, and what systemd is told. Swift does not see these calls. All
   return the negative errno when they fail; descriptors are close-on-exec and never block. */

/* Blocks the signals in the calling thread, and in those that it starts from then on, and returns a
   signalfd(2) of them, which only this thread may read. Other threads that get one pass it on. */
int klp_signal_events(const int *signals, int count);

/* The next signal of a signalfd; 0 when there is none. */
int klp_next_signal(int fd);

/* Whether one of the signals is pending for the process. Returns 1 or 0. */
int klp_is_pending(const int *signals, int count);

/* A timer (timerfd_create(2)); 0: by the time since boot, sleep included; 1: by the wall clock. */
int klp_timer(int is_wall_clock);

/* Sets the timer: to a moment of the wall clock, which tells too when that clock is set; otherwise to
   so much time from now on. Returns 0. */
int klp_set_timer(int fd, int is_wall_clock, long long seconds, long nanoseconds);

/* Takes away what the timer has told. Returns 1 where it was due, 2 where the wall clock was set, 0
   where there is nothing. */
int klp_take_timer(int fd);

/* Sends one message to systemd's socket (sd_notify(3)): a path, or an abstract name after `@`.
   Returns 0. */
int klp_notify(const char *socket_name, const char *message);

#endif
