// What an ordinary worker does with requests and bodies.
#include "traffic.h"

#include <inttypes.h>
#include <string.h>

tollgate_response *caught(const tollgate_request *request) {
    tollgate_error error;
    tollgate_response *response = tollgate_send(request, &error);
    return response ? response : tollgate_respond(599, error.message);
}

// A header that is meant for this worker, and not to be passed on.
static const char *take(tollgate_headers *headers, const char *name) {
    const char *value = tollgate_headers_get(headers, name);
    tollgate_headers_remove(headers, name);
    return value;
}

tollgate_response *target(const tollgate_request *request) {
    tollgate_request onward = *request;
    onward.url = take(&onward.headers, "x-target-url");
    const char *method = take(&onward.headers, "x-target-method");
    if (method) onward.method = method;
    onward.through = take(&onward.headers, "x-service");
    return caught(&onward);
}

// What a fetch gave, in words.
static const char *said(tollgate_pending *pending, bool whole, tollgate_error error) {
    tollgate_response *response = pending ? tollgate_wait(pending, &error) : NULL;
    if (response && !whole) return tollgate_format("%u", response->status);
    const char *text = response ? tollgate_read(&response->body, &error) : NULL;
    return text ? text : error.message;
}

tollgate_response *many(const tollgate_request *request, unsigned long count, bool parallel) {
    const tollgate_request one = { .url = tollgate_headers_get(&request->headers, "x-target-url") };
    if (count > 1000) return tollgate_respond(400, "at most 1000");
    struct {
        tollgate_pending *pending;
        tollgate_error error;
    } *all = tollgate_allocate(count * sizeof *all);
    const char *lines = "";
    for (unsigned long i = 0; i < count && parallel; i++) all[i].pending = tollgate_start(&one, &all[i].error);
    for (unsigned long i = 0; i < count; i++) {
        if (!parallel) all[i].pending = tollgate_start(&one, &all[i].error);
        const char *line = said(all[i].pending, !parallel, all[i].error);
        lines = i ? tollgate_format("%s\n%s", lines, line) : line;
    }
    return tollgate_respond(200, lines);
}

static void late(void *url) { tollgate_send(&(tollgate_request){ .url = url }, NULL); }

tollgate_response *background(const tollgate_request *request) {
    tollgate_after(late, (void *)tollgate_headers_get(&request->headers, "x-target-url"));
    return tollgate_respond(200, "ok");
}

// One byte, and background work that is asked for when the answer is on its way already.
static ptrdiff_t last_byte(void *context, void *to, size_t) {
    const char **url = context;
    if (!*url) return 0;
    tollgate_after(late, (void *)*url);
    *url = NULL;
    memcpy(to, "x", 1);
    return 1;
}

tollgate_response *made_background(const tollgate_request *request) {
    const char **url = tollgate_allocate(sizeof *url);
    *url = tollgate_headers_get(&request->headers, "x-target-url");
    tollgate_response *response = tollgate_allocate(sizeof *response);
    *response = (tollgate_response){ .status = 200, .body = tollgate_made(last_byte, url) };
    return response;
}

static ptrdiff_t next(void *context, void *to, size_t room) {
    size_t *left = context;
    const size_t length = *left < room ? *left : room;
    memset(to, 'x', length);
    *left -= length;
    return (ptrdiff_t)length;
}

tollgate_response *stream(size_t bytes) {
    size_t *left = tollgate_allocate(sizeof *left);
    *left = bytes;
    tollgate_response *response = tollgate_allocate(sizeof *response);
    *response = (tollgate_response){ .status = 200, .body = tollgate_made(next, left) };
    return response;
}

tollgate_response *sink(tollgate_request *request) {
    static unsigned char chunk[64 * 1024];
    tollgate_error error;
    uint64_t total = 0, hash = 0xcbf29ce484222325;
    ptrdiff_t length;
    while ((length = tollgate_read_some(&request->body, chunk, sizeof chunk, &error)) > 0) {
        total += (uint64_t)length;
        for (ptrdiff_t i = 0; i < length; i++) hash = (hash ^ chunk[i]) * 0x100000001b3;
    }
    if (length < 0) return tollgate_failed(&error);
    return tollgate_respond(200, tollgate_format("%" PRIu64 " %016" PRIx64, total, hash));
}
