// Header lines by name.
#include <string.h>
#include <strings.h>

#include "internal.h"

static const char *text(const char *given) { return tg_copy(given, strlen(given)); }

// The lines that have another name, with room for one more.
static tollgate_header *others(const tollgate_headers *headers, const char *name, size_t *count) {
    tollgate_header *lines = tollgate_allocate((headers->count + 1) * sizeof *lines);
    *count = 0;
    for (size_t i = 0; i < headers->count; i++) {
        if (!name || strcasecmp(headers->lines[i].name, name) != 0) lines[(*count)++] = headers->lines[i];
    }
    return lines;
}

static void add(tollgate_headers *headers, const char *without, const char *name, const char *value) {
    size_t count;
    tollgate_header *lines = others(headers, without, &count);
    lines[count] = (tollgate_header){ text(name), text(value) };
    *headers = (tollgate_headers){ lines, count + 1 };
}

const char *tollgate_headers_get(const tollgate_headers *headers, const char *name) {
    for (size_t i = 0; i < headers->count; i++) {
        if (strcasecmp(headers->lines[i].name, name) == 0) return headers->lines[i].value;
    }
    return NULL;
}

void tollgate_headers_set(tollgate_headers *headers, const char *name, const char *value) {
    add(headers, name, name, value);
}

void tollgate_headers_append(tollgate_headers *headers, const char *name, const char *value) {
    add(headers, NULL, name, value);
}

void tollgate_headers_remove(tollgate_headers *headers, const char *name) {
    if (!tollgate_headers_get(headers, name)) return; // A request that is not changed can be handed on whole.
    size_t count;
    tollgate_header *lines = others(headers, name, &count);
    *headers = (tollgate_headers){ lines, count };
}
