/*
 * Loads modules as klpolicy does, one after another, each taken off again before the next:
 *
 *   module-trial FILE...
 *
 * A line each: the file, a tab, and "loads" or the name of the errno that finit_module gave.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void pause_briefly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
}

/* A sealed memfd with the bytes of a file. */
static int sealed(const char *path)
{
	char buffer[65536];
	ssize_t count;
	int from = open(path, O_RDONLY | O_CLOEXEC);
	int to = memfd_create("module", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (from < 0 || to < 0)
		die(path);
	while ((count = read(from, buffer, sizeof buffer)) > 0)
		if (write(to, buffer, count) != count)
			die(path);
	if (count < 0 || fcntl(to, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL))
		die(path);
	close(from);
	return to;
}

/* The name of the newest module: the kernel lists it first. */
static void newest(char name[64])
{
	FILE *modules = fopen("/proc/modules", "r");

	name[0] = 0;
	if (modules == NULL || (fscanf(modules, "%63s", name) < 0 && ferror(modules)))
		die("/proc/modules");
	fclose(modules);
}

/* Takes a module off. A live patch is turned around in its transition: that is the quickest. */
static void take_off(const char *name)
{
	char path[160];
	int fd, tries = 3000;

	snprintf(path, sizeof path, "/sys/kernel/livepatch/%s/enabled", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, "0", 1) != 1)
			die(path);
		close(fd);
	} else if (errno != ENOENT) {
		die(path);
	}
	while (syscall(SYS_delete_module, name, O_NONBLOCK) != 0) {
		if (errno != EAGAIN || tries-- <= 0)
			die(name);
		pause_briefly();
	}
}

int main(int count, char **files)
{
	for (int index = 1; index < count; index++) {
		char before[64], after[64];
		int fd = sealed(files[index]), code = 0;

		newest(before);
		if (syscall(SYS_finit_module, fd, "", 0) != 0)
			code = errno;
		close(fd);
		printf("%s\t%s\n", files[index], code ? strerrorname_np(code) : "loads");
		fflush(stdout);
		newest(after);
		if (strcmp(before, after) != 0)
			take_off(after);
	}
	return 0;
}
