// The conformance suite's dispatcher: its request's headers steer it (guests/rust/test/test-dispatch).
#include "tollgate/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "object.h"

static unsigned status(tollgate_kind kind) {
    switch (kind) {
    case TOLLGATE_INVALID_NAME:
        return 400;
    case TOLLGATE_WORKER_NOT_FOUND:
        return 404;
    case TOLLGATE_LIMIT:
        return 429;
    case TOLLGATE_WORKER_ERROR:
        return 502;
    case TOLLGATE_OVERLOADED:
        return 503;
    case TOLLGATE_DEPTH_EXCEEDED:
        return 508;
    default:
        return 500;
    }
}

static tollgate_response *refused(const tollgate_error *error) {
    return tollgate_respond(status(error->kind), tollgate_format("%s: %s", error->code, error->message));
}

static const char *header(const tollgate_request *request, const char *name, const char *otherwise) {
    const char *value = tollgate_headers_get(&request->headers, name);
    return value ? value : otherwise;
}

static tollgate_ceiling limit(const tollgate_parameter *limits, const char *name) {
    for (; limits->name; limits++) {
        if (strcmp(limits->name, name) == 0) return TOLLGATE_AT_MOST(strtoull(limits->json, NULL, 10));
    }
    return (tollgate_ceiling){ 0 };
}

// A header holds less than a parameter may, so that a long one is made up here.
static const tollgate_parameter *parameters(const tollgate_request *request) {
    tollgate_parameter *given = object(header(request, "x-parameters", "{}"));
    const size_t bytes = strtoul(header(request, "x-parameter-bytes", "0"), NULL, 10);
    if (bytes) {
        char *text = tollgate_allocate(bytes + 1);
        memset(text, 'x', bytes);
        for (tollgate_parameter *one = given; one->name; one++) {
            if (strcmp(one->name, "customer_name") == 0) one->json = tollgate_quoted(text);
        }
    }
    return given;
}

static tollgate_options options(const tollgate_request *request) {
    const tollgate_parameter *limits = object(header(request, "x-limits", "{}"));
    return (tollgate_options){
        .props = tollgate_headers_get(&request->headers, "x-props"),
        .outbound = parameters(request),
        .limits = {
            .cpu_ms = limit(limits, "cpu_ms"),
            .wall_ms = limit(limits, "wall_ms"),
            .memory_bytes = limit(limits, "memory_bytes"),
            .subrequests = limit(limits, "subrequests"),
        },
    };
}

static const char *named(const tollgate_request *request) {
    const char *host = tollgate_split(request->url).host;
    const char *name = header(request, "x-worker", tollgate_format("%.*s", (int)strcspn(host, "."), host));
    return strcmp(name, "-") == 0 ? "" : name;
}

tollgate_response *fetch(tollgate_request *request) {
    const tollgate_options given = options(request);
    tollgate_error error;
    tollgate_worker *worker = tollgate_get(header(request, "x-binding", "dispatcher"), named(request), &given, &error);
    if (!worker) return refused(&error);
    if (strcmp(header(request, "x-get-only", ""), "1") == 0) return tollgate_respond(200, "got");
    // Of the same parts, and yet not the one that arrived: it goes by another function of the platform's.
    const tollgate_request own = {
        .method = request->method,
        .url = request->url,
        .headers = request->headers,
        .body = request->body,
    };
    const bool remade = strcmp(header(request, "x-use", ""), "fetch") == 0;
    tollgate_pending *pending = tollgate_hand(worker, remade ? &own : request, &error);
    tollgate_response *response = pending ? tollgate_wait(pending, &error) : NULL;
    return response ? response : refused(&error);
}
