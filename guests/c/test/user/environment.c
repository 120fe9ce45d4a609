// All that a worker can read without asking the network: by C's own library, and by the platform's interfaces.
#include "environment.h"

#include <stdlib.h>
#include <string.h>

#include "tollgate.h"
#include "worker.h"

// As POSIX has it.
extern char **environ;

enum { LINES_MOST = 1000 };

static const char *lines[LINES_MOST];
static size_t count;

static void add(const char *line) {
    if (count < LINES_MOST) lines[count++] = line;
}

static const char *text(const worker_string_t *string) {
    return tollgate_format("%.*s", (int)string->len, (const char *)string->ptr);
}

static void add_pairs(const char *kind, worker_list_tuple2_string_string_t *pairs) {
    for (size_t i = 0; i < pairs->len; i++) {
        add(tollgate_format("%s %s=%s", kind, text(&pairs->ptr[i].f0), text(&pairs->ptr[i].f1)));
    }
    worker_list_tuple2_string_string_free(pairs);
}

static void add_platforms(void) {
    worker_list_tuple2_string_string_t pairs;
    wasi_cli_environment_get_environment(&pairs);
    add_pairs("env", &pairs);
    wasi_config_store_error_t error;
    if (wasi_config_store_get_all(&pairs, &error)) {
        add_pairs("config", &pairs);
    } else {
        wasi_config_store_error_free(&error);
    }
    worker_list_string_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    for (size_t i = 0; i < arguments.len; i++) add(tollgate_format("arg %s", text(&arguments.ptr[i])));
    worker_list_string_free(&arguments);
}

static int by_text(const void *one, const void *other) { return strcmp(*(const char **)one, *(const char **)other); }

const char *environment(void) {
    count = 0;
    for (char **variable = environ; variable && *variable; variable++) add(tollgate_format("env %s", *variable));
    add_platforms();
    add(tollgate_format("props %s", tollgate_props()));
    qsort(lines, count, sizeof *lines, by_text);
    const char *all = "";
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(lines[i], lines[i - 1]) != 0) all = tollgate_format("%s%s%s", all, i ? "\n" : "", lines[i]);
    }
    return all;
}
