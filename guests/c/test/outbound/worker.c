// The conformance suite's outbound: answers requests for `outbound.test` by path, and passes the rest on
// (guests/rust/test/test-outbound).
#include "tollgate/outbound.h"

#include <stdlib.h>
#include <string.h>

// As POSIX has it.
extern char **environ;

static int by_text(const void *one, const void *other) { return strcmp(*(const char **)one, *(const char **)other); }

static const char *sorted(const char **lines, size_t count) {
    qsort(lines, count, sizeof *lines, by_text);
    const char *all = "";
    for (size_t i = 0; i < count; i++) all = tollgate_format("%s%s%s", all, i ? "\n" : "", lines[i]);
    return all;
}

// What a fetch gave, in words.
static const char *said(const char *url) {
    tollgate_error error;
    tollgate_response *response = tollgate_send(&(tollgate_request){ .url = url }, &error);
    const char *text = response ? tollgate_read(&response->body, &error) : NULL;
    return text ? text : error.message;
}

// Passes a request on, and says for whom.
static tollgate_response *pass(tollgate_request *request) {
    const char *customer = tollgate_parameter_json("customer_name");
    tollgate_headers_set(&request->headers, "x-intercepted-for", customer ? customer : "null");
    // Appended, so that a request that came by here twice shows it.
    tollgate_headers_append(&request->headers, "x-hop", "outbound");
    const char *key = tollgate_variable("API_KEY");
    if (key) tollgate_headers_set(&request->headers, "authorization", tollgate_format("Bearer %s", key));
    tollgate_error error;
    tollgate_response *response = tollgate_send(request, &error);
    return response ? response : tollgate_failed(&error);
}

static const char *parameters(void) {
    const char *all = "";
    for (const tollgate_parameter *one = tollgate_parameters(); one->name; one++) {
        all = tollgate_format("%s%s%s:%s", all, *all ? "," : "", tollgate_quoted(one->name), one->json);
    }
    return tollgate_format("{%s}", all);
}

// Everything that arrived.
static tollgate_response *see(tollgate_request *request) {
    const size_t count = request->headers.count;
    const char **lines = tollgate_allocate((count + 1) * sizeof *lines);
    for (size_t i = 0; i < count; i++) {
        lines[i] = tollgate_format("%s: %s", request->headers.lines[i].name, request->headers.lines[i].value);
    }
    tollgate_error error;
    const char *body = tollgate_read(&request->body, &error);
    if (!body) return tollgate_failed(&error);
    return tollgate_respond(
        200, tollgate_format("%s\n%s\n%s\n\n%s", request->method, request->url, sorted(lines, count), body));
}

static const char *variables(void) {
    size_t count = 0;
    while (environ && environ[count]) count++;
    const char **lines = tollgate_allocate((count + 1) * sizeof *lines);
    for (size_t i = 0; i < count; i++) lines[i] = tollgate_format("env %s", environ[i]);
    return sorted(lines, count);
}

static tollgate_response *redirect(void) {
    tollgate_response *response = tollgate_allocate(sizeof *response);
    response->status = 302;
    tollgate_headers_set(&response->headers, "location", "http://outbound.test/see");
    return response;
}

// The first half of a body; then a fetch of `url`, and a trap.
static ptrdiff_t trap_mid_body(void *url, void *to, size_t) {
    static bool sent;
    if (sent) {
        said(url);
        abort();
    }
    sent = true;
    memcpy(to, "half", 4);
    return 4;
}

// Forwards to the URL in `x-outbound-url`, with another method and another body.
static tollgate_response *elsewhere(const char *url) {
    tollgate_error error;
    const tollgate_request other = { .method = "PUT", .url = url, .body = tollgate_text("another body") };
    tollgate_response *response = tollgate_send(&other, &error);
    return response ? tollgate_respond(response->status, "forwarded") : tollgate_failed(&error);
}

static const char *many(const char *url, unsigned long count) {
    const char *lines = "";
    for (unsigned long i = 0; i < count; i++) lines = tollgate_format("%s%s%s", lines, i ? "\n" : "", said(url));
    return lines;
}

static tollgate_response *answer(tollgate_request *request, tollgate_url url) {
    const char *elsewhere_url = tollgate_headers_get(&request->headers, "x-outbound-url");
    const char *path = url.path;
    if (strcmp(path, "/parameters") == 0) return tollgate_respond(200, parameters());
    if (strncmp(path, "/parameter/", 11) == 0) {
        const char *json = tollgate_parameter_json(path + 11);
        return tollgate_respond(200, json ? json : "null");
    }
    if (strcmp(path, "/see") == 0) return see(request);
    if (strcmp(path, "/env") == 0) return tollgate_respond(200, variables());
    if (strncmp(path, "/status/", 8) == 0) return tollgate_respond((unsigned)strtoul(path + 8, NULL, 10), "as asked");
    if (strcmp(path, "/redirect") == 0) return redirect();
    if (strcmp(path, "/trap") == 0) abort();
    if (strcmp(path, "/trap-mid-body") == 0) {
        tollgate_response *response = tollgate_respond(200, "");
        response->body = tollgate_made(trap_mid_body, (void *)elsewhere_url);
        return response;
    }
    if (strcmp(path, "/no-answer") == 0) return NULL;
    if (strcmp(path, "/loop") == 0) {
        for (;;) {
        }
    }
    if (strcmp(path, "/elsewhere") == 0) return elsewhere(elsewhere_url);
    if (strcmp(path, "/fetch-many") == 0) {
        return tollgate_respond(200, many(elsewhere_url, *url.query ? strtoul(url.query, NULL, 10) : 1));
    }
    return tollgate_respond(200, "counted");
}

tollgate_response *fetch(tollgate_request *request) {
    const char *report = tollgate_variable("REPORT_URL");
    if (report) said(report);
    const tollgate_url url = tollgate_split(request->url);
    return strcmp(url.host, "outbound.test") == 0 ? answer(request, url) : pass(request);
}
