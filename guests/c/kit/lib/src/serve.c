// Serves one request: the export `wasi:http/incoming-handler`.
#include <string.h>

#include "internal.h"

struct work {
    struct work *next;
    void (*call)(void *context);
    void *context;
};

static struct work *works, **last = &works;

void tollgate_after(void (*work)(void *context), void *context) {
    struct work *one = tollgate_allocate(sizeof *one);
    *one = (struct work){ NULL, work, context };
    *last = one;
    last = &one->next;
}

tollgate_response *tollgate_respond(unsigned status, const char *text) {
    tollgate_response *response = tollgate_allocate(sizeof *response);
    response->status = status;
    tollgate_headers_set(&response->headers, "content-type", "text/plain; charset=utf-8");
    response->body = tollgate_text(text);
    return response;
}

tollgate_body tollgate_bytes(const void *bytes, size_t length) {
    return (tollgate_body){ .bytes = tg_copy(bytes, length), .length = length };
}

tollgate_body tollgate_text(const char *text) { return tollgate_bytes(text, strlen(text)); }

tollgate_body tollgate_made(tollgate_next *next, void *context) {
    return (tollgate_body){ .next = next, .context = context };
}

// A dispatch worker's is stronger.
__attribute__((weak)) bool tg_reply(wasi_http_types_own_response_outparam_t out, const tollgate_response *response) {
    (void)out, (void)response;
    return false;
}

static void set(wasi_http_types_own_response_outparam_t out, wasi_http_types_own_outgoing_response_t response) {
    wasi_http_types_result_own_outgoing_response_error_code_t answer = { .val.ok = response };
    wasi_http_types_static_response_outparam_set(out, &answer);
}

static void respond(wasi_http_types_own_response_outparam_t out, const tollgate_response *response, bool head) {
    if (tg_reply(out, response)) return;
    tollgate_error error;
    if (!tg_ready(&response->body, &error)) tollgate_fail(error.message);
    wasi_http_types_own_fields_t fields;
    const bool bodiless = head || response->status == 304;
    if (!tg_fields(response->headers, &response->body, bodiless, &fields)) tollgate_fail("the headers cannot be sent");
    wasi_http_types_own_outgoing_response_t outgoing = wasi_http_types_constructor_outgoing_response(fields);
    wasi_http_types_borrow_outgoing_response_t borrowed = wasi_http_types_borrow_outgoing_response(outgoing);
    if (response->status > UINT16_MAX ||
        !wasi_http_types_method_outgoing_response_set_status_code(borrowed, (uint16_t)response->status)) {
        tollgate_fail(tollgate_format("status %u cannot be sent", response->status));
    }
    wasi_http_types_own_outgoing_body_t body;
    // A body that is opened must be as long as `content-length` says: where there is none, it stays closed.
    if (!tg_has_body(&response->body)) return set(out, outgoing);
    if (!wasi_http_types_method_outgoing_response_body(borrowed, &body)) tollgate_fail("a response has no body");
    tg_pump(&response->body, body);
    set(out, outgoing);
}

// Everything to its end. Work may be asked for by work, and by a body that is made only now: none of it may be left for the
// next request, whose memory is another.
static void settle(void) {
    do {
        for (; works; works = works->next) works->call(works->context);
        last = &works;
        tg_settle();
    } while (works);
}

void exports_wasi_http_incoming_handler_handle(exports_wasi_http_incoming_handler_own_incoming_request_t request,
                                               exports_wasi_http_incoming_handler_own_response_outparam_t out) {
    tollgate_request *arrived = tg_arrived_request(request);
    const bool head = strcmp(arrived->method, "HEAD") == 0;
    const tollgate_response *response = fetch(arrived);
    if (!response) tollgate_fail("fetch gave no response");
    if (response->failure) {
        wasi_http_types_result_own_outgoing_response_error_code_t answer = { .is_err = true };
        answer.val.err = *response->failure;
        wasi_http_types_static_response_outparam_set(out, &answer);
    } else {
        respond(out, response, head);
    }
    settle();
    tg_end();
}
