// The conformance suite's customer: does what the path says (guests/rust/test/test-user).
#include "tollgate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "environment.h"
#include "hostile.h"
#include "traffic.h"

// A number in the query.
static unsigned long number(const char *query, const char *name) {
    const size_t length = strlen(name);
    while (query && *query) {
        if (strncmp(query, name, length) == 0 && query[length] == '=') return strtoul(query + length + 1, NULL, 10);
        query = strchr(query, '&');
        if (query) query++;
    }
    return 0;
}

static tollgate_response *slept(unsigned long ms) {
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
    return tollgate_respond(200, "slept");
}

static tollgate_response *counter(void) {
    static unsigned count;
    return tollgate_respond(200, tollgate_format("%u", count++));
}

tollgate_response *fetch(tollgate_request *request) {
    const tollgate_url url = tollgate_split(request->url);
    const char *path = url.path, *query = url.query;
    if (strcmp(path, "/hello") == 0) return tollgate_respond(200, "hello");
    if (strcmp(path, "/env") == 0) return tollgate_respond(200, environment());
    if (strcmp(path, "/props") == 0) return tollgate_respond(200, tollgate_props());
    if (strcmp(path, "/fetch") == 0) return target(request);
    if (strcmp(path, "/fetch-many") == 0) return many(request, number(query, "n"), number(query, "parallel") == 1);
    if (strcmp(path, "/background") == 0) return background(request);
    if (strcmp(path, "/made-background") == 0) return made_background(request);
    if (strcmp(path, "/forward") == 0) return caught(request);
    if (strcmp(path, "/stream") == 0) return stream(number(query, "bytes"));
    if (strcmp(path, "/sink") == 0) return sink(request);
    if (strcmp(path, "/sleep") == 0) return slept(number(query, "ms"));
    if (strcmp(path, "/trap") == 0) abort();
    if (strcmp(path, "/mid-body") == 0) return mid_body(request, query);
    if (strcmp(path, "/trap-mid-request") == 0) return trap_mid_request(request);
    if (strcmp(path, "/loop") == 0) spin();
    if (strcmp(path, "/counter") == 0) return counter();
    if (strcmp(path, "/no-answer") == 0) return NULL;
    return tollgate_respond(404, "no such path");
}
