/* Reads YAML files with libyaml and counts the events: the least that any program on libyaml does.

     events FILE...

   The files are read into memory first. Prints the events, the bytes, and the milliseconds that
   reading the events took. */

#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <yaml.h>

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static unsigned char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	unsigned char *bytes;

	if (!file || fseek(file, 0, SEEK_END) != 0)
		goto failed;
	*size = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*size + 1);
	if (!bytes || fread(bytes, 1, *size, file) != *size)
		goto failed;
	fclose(file);
	return bytes;
failed:
	perror(path);
	exit(1);
}

static unsigned long read_events(const char *path, const unsigned char *bytes, size_t size)
{
	yaml_parser_t parser;
	yaml_event_t event;
	unsigned long count = 0;
	int at_end = 0;

	if (!yaml_parser_initialize(&parser))
		exit(1);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, bytes, size);
	while (!at_end) {
		if (!yaml_parser_parse(&parser, &event)) {
			fprintf(stderr, "%s: %s\n", path, parser.problem);
			exit(1);
		}
		at_end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		count++;
	}
	yaml_parser_delete(&parser);
	return count;
}

int main(int argc, char **argv)
{
	unsigned char **bytes = calloc(argc, sizeof *bytes);
	size_t *sizes = calloc(argc, sizeof *sizes);
	unsigned long events = 0, total = 0;
	double start;

	if (!bytes || !sizes)
		return 1;
	for (int i = 1; i < argc; i++)
		bytes[i] = read_file(argv[i], &sizes[i]);
	start = milliseconds();
	for (int i = 1; i < argc; i++) {
		events += read_events(argv[i], bytes[i], sizes[i]);
		total += sizes[i];
	}
	printf("%lu %lu %.3f\n", events, total, milliseconds() - start);
	return 0;
}
