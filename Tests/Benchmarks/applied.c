/* Loads a live patch and waits until it is applied: the least that any program can do.

     applied FILE MODULE

   finit_module, and then `transition` is read every millisecond. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct timespec millisecond = { .tv_nsec = 1000000 };
	char path[160], state;
	int module, transition;

	if (argc != 3)
		return 64;
	module = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (module < 0 || syscall(SYS_finit_module, module, "", 0) != 0) {
		perror(argv[1]);
		return 1;
	}
	snprintf(path, sizeof path, "/sys/kernel/livepatch/%s/transition", argv[2]);
	for (;;) {
		transition = open(path, O_RDONLY | O_CLOEXEC);
		if (transition < 0 || read(transition, &state, 1) != 1) {
			perror(path);
			return 1;
		}
		close(transition);
		if (state == '0')
			return 0;
		nanosleep(&millisecond, NULL);
	}
}
