/* Runs commands in turn, several times, and tells what each run took.

     measure TURNS FILE

   Each line of FILE is a command: words with a blank between them, without quotes; "<PATH" as the last
   word is its standard input. What stands before a tab is done by the shell first, with the number of the
   turn in TURN, and not measured.
   Standard output and standard error of the commands are thrown away.

   Prints a line a run: the number of the line in FILE, the turn, microseconds by the clock, microseconds
   of processor time, the peak of memory in KiB and the exit status. Turn 0 warms up, and is not printed.

   A small static program: what it takes to start a process from it is the same for all. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { MOST_COMMANDS = 64, MOST_WORDS = 256 };

struct command {
	char *before, *input, *words[MOST_WORDS];
};

extern char **environ;

static long long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long of_timeval(struct timeval time)
{
	return time.tv_sec * 1000000LL + time.tv_usec;
}

static void give_up(const char *what, int error)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(error));
	exit(1);
}

static void read_line(struct command *command, char *line)
{
	char *tab = strchr(line, '\t'), *word;
	int count = 0;

	if (tab) {
		*tab = '\0';
		command->before = line;
		line = tab + 1;
	}
	for (word = strtok(line, " \n"); word && count < MOST_WORDS - 1; word = strtok(NULL, " \n")) {
		if (*word == '<')
			command->input = word + 1;
		else
			command->words[count++] = word;
	}
	if (count == 0)
		give_up("a line without a command", EINVAL);
}

static void run(const struct command *command, int number, int turn)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	long long start, end;
	int status, error;
	pid_t child;

	if (command->before && system(command->before) != 0)
		give_up(command->before, ECANCELED);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, command->input ? command->input : "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	start = microseconds();
	error = posix_spawnp(&child, command->words[0], &actions, NULL, command->words, environ);
	if (error)
		give_up(command->words[0], error);
	if (wait4(child, &status, 0, &usage) != child)
		give_up("wait4", errno);
	end = microseconds();
	posix_spawn_file_actions_destroy(&actions);
	if (turn > 0)
		printf("%d %d %lld %lld %ld %d\n", number, turn, end - start,
		       of_timeval(usage.ru_utime) + of_timeval(usage.ru_stime), usage.ru_maxrss,
		       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct command commands[MOST_COMMANDS];
	FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
	char *line = NULL;
	size_t room = 0;
	int count = 0;

	if (!file)
		give_up(argc == 3 ? argv[2] : "measure TURNS FILE", argc == 3 ? errno : EINVAL);
	while (count < MOST_COMMANDS && getline(&line, &room, file) > 0) {
		read_line(&commands[count++], line);
		line = NULL;
	}
	for (int turn = 0; turn <= atoi(argv[1]); turn++) {
		char words[16];

		snprintf(words, sizeof words, "%d", turn);
		setenv("TURN", words, 1);
		for (int number = 0; number < count; number++)
			run(&commands[number], number, turn);
	}
	return 0;
}
