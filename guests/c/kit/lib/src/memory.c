// Memory that lives as long as a request, and whatever else must be dropped when it is done.
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { CHUNK_BYTES = 16 * 1024, ALIGN = alignof(max_align_t) };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

struct end {
    struct end *next;
    void (*drop)(void *);
    void *what;
};

static struct chunk *chunks;
static struct end *ends;

static struct chunk *chunk_of(size_t size) {
    struct chunk *chunk = calloc(1, sizeof *chunk + size);
    if (!chunk) tollgate_fail("out of memory");
    chunk->size = size;
    return chunk;
}

// The chunk that has room: the first, or a new one. What is large gets one of its own, and the first stays in use.
static struct chunk *chunk_for(size_t size) {
    if (chunks && chunks->size - chunks->used >= size) return chunks;
    struct chunk *chunk = chunk_of(size > CHUNK_BYTES / 4 ? size : CHUNK_BYTES);
    struct chunk **place = chunks && size > CHUNK_BYTES / 4 ? &chunks->next : &chunks;
    chunk->next = *place;
    return *place = chunk;
}

void *tollgate_allocate(size_t size) {
    if (size > PTRDIFF_MAX / 2) tollgate_fail("out of memory");
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    struct chunk *chunk = chunk_for(size);
    void *given = chunk->bytes + chunk->used;
    chunk->used += size;
    return given;
}

void tg_at_end(void (*drop)(void *), void *what) {
    struct end *end = tollgate_allocate(sizeof *end);
    *end = (struct end){ ends, drop, what };
    ends = end;
}

void tg_end(void) {
    for (; ends; ends = ends->next) ends->drop(ends->what);
    while (chunks) {
        struct chunk *next = chunks->next;
        free(chunks);
        chunks = next;
    }
}

const char *tg_copy(const void *bytes, size_t length) {
    char *copy = tollgate_allocate(length + 1);
    if (length) memcpy(copy, bytes, length);
    return copy;
}

worker_string_t tg_lend(const char *text) {
    worker_string_t string;
    worker_string_set(&string, text);
    return string;
}

const char *tg_take(worker_string_t *string) {
    const char *text = tg_copy(string->ptr, string->len);
    worker_string_free(string);
    return text;
}

const char *tollgate_format(const char *format, ...) {
    va_list given, again;
    va_start(given, format);
    va_copy(again, given);
    int length = vsnprintf(NULL, 0, format, given);
    va_end(given);
    if (length < 0) tollgate_fail("tollgate_format: a format that cannot be printed");
    char *text = tollgate_allocate((size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}
