// What no worker should do.
#include "hostile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void spin(void) {
    for (;;) {
    }
}

struct half {
    bool sent;
    const char *url; // To be fetched when the first half is out.
    const char *then;
};

static ptrdiff_t next(void *context, void *to, size_t) {
    struct half *half = context;
    if (!half->sent) {
        half->sent = true;
        memcpy(to, "half", 4);
        return 4;
    }
    if (half->url) tollgate_send(&(tollgate_request){ .url = half->url }, NULL);
    if (strcmp(half->then, "spin") == 0) spin();
    if (strcmp(half->then, "sleep") == 0) sleep(3600);
    abort();
}

static tollgate_body half(const char *url, const char *then) {
    struct half *half = tollgate_allocate(sizeof *half);
    *half = (struct half){ .url = url, .then = then };
    return tollgate_made(next, half);
}

tollgate_response *mid_body(const tollgate_request *request, const char *then) {
    tollgate_response *response = tollgate_allocate(sizeof *response);
    response->status = 200;
    response->body = half(tollgate_headers_get(&request->headers, "x-target-url"), then);
    return response;
}

tollgate_response *trap_mid_request(const tollgate_request *request) {
    const char *url = tollgate_headers_get(&request->headers, "x-target-url");
    return tollgate_send(&(tollgate_request){ .method = "POST", .url = url, .body = half(NULL, "trap") }, NULL);
}
