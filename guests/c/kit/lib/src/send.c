// Requests on their way out.
#include <string.h>

#include "internal.h"

// The error that WASI has for it, so that it can be handed on.
static void invalid_url(tollgate_error *error) {
    wasi_http_types_error_code_t code = { .tag = WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_URI_INVALID };
    tg_no_response(error, &code);
}

bool tg_build(const tollgate_request *request, tg_outgoing *outgoing, tollgate_error *error) {
    wasi_http_types_own_fields_t fields;
    if (!tg_ready(&request->body, error)) return false;
    if (!tg_fields(request->headers, &request->body, false, &fields)) {
        tg_error(error, TOLLGATE_REFUSED, "headers", "the headers cannot be sent");
        return false;
    }
    outgoing->request = wasi_http_types_constructor_outgoing_request(fields);
    wasi_http_types_borrow_outgoing_request_t borrowed = wasi_http_types_borrow_outgoing_request(outgoing->request);
    if (!tg_aim(borrowed, request)) {
        wasi_http_types_outgoing_request_drop_own(outgoing->request);
        invalid_url(error);
        return false;
    }
    outgoing->has_body =
        tg_has_body(&request->body) && wasi_http_types_method_outgoing_request_body(borrowed, &outgoing->body);
    return true;
}

static void give_up(void *given) {
    tollgate_pending *pending = given;
    if (!pending->waited) pending->drop(pending->future);
}

tollgate_pending *tg_sent(tollgate_pending sent, const tollgate_request *request, const tg_outgoing *outgoing) {
    tollgate_pending *pending = tollgate_allocate(sizeof *pending);
    *pending = sent;
    pending->head = request->method && strcmp(request->method, "HEAD") == 0;
    tg_at_end(give_up, pending);
    if (outgoing && outgoing->has_body) pending->upload = tg_pump(&request->body, outgoing->body);
    return pending;
}

static wasi_io_poll_own_pollable_t subscribe(int32_t future) {
    wasi_http_types_borrow_future_incoming_response_t borrowed = { future };
    return wasi_http_types_method_future_incoming_response_subscribe(borrowed);
}

static bool get(int32_t future, wasi_http_types_own_incoming_response_t *response, tollgate_error *error) {
    wasi_http_types_borrow_future_incoming_response_t borrowed = { future };
    wasi_http_types_result_result_own_incoming_response_error_code_void_t answer;
    if (!wasi_http_types_method_future_incoming_response_get(borrowed, &answer) || answer.is_err) {
        tg_error(error, TOLLGATE_INTERNAL, "internal", "no answer where one was ready");
        return false;
    }
    if (answer.val.ok.is_err) {
        tg_no_response(error, &answer.val.ok.val.err);
        return false;
    }
    *response = answer.val.ok.val.ok;
    return true;
}

static void drop(int32_t future) {
    wasi_http_types_future_incoming_response_drop_own((wasi_http_types_own_future_incoming_response_t){ future });
}

tollgate_pending *tollgate_start(const tollgate_request *request, tollgate_error *error) {
    tg_outgoing outgoing;
    if (!tg_build(request, &outgoing, error)) return NULL;
    wasi_http_types_own_future_incoming_response_t future;
    wasi_http_types_error_code_t refused;
    bool sent;
    if (request->through) {
        worker_string_t binding = tg_lend(request->through);
        sent = tollgate_platform_bindings_fetch(&binding, outgoing.request, NULL, &future, &refused);
    } else {
        sent = wasi_http_outgoing_handler_handle(outgoing.request, NULL, &future, &refused);
    }
    if (!sent) {
        if (outgoing.has_body) wasi_http_types_outgoing_body_drop_own(outgoing.body);
        tg_no_response(error, &refused);
        return NULL;
    }
    tollgate_pending pending = { .future = future.__handle, .subscribe = subscribe, .get = get, .drop = drop };
    return tg_sent(pending, request, &outgoing);
}

tollgate_response *tollgate_wait(tollgate_pending *pending, tollgate_error *error) {
    if (pending->waited) tollgate_fail("tollgate_wait: the response was taken already");
    tg_until(pending->subscribe(pending->future));
    wasi_http_types_own_incoming_response_t response;
    bool got = pending->get(pending->future, &response, error);
    pending->drop(pending->future);
    pending->waited = true;
    if (got) return tg_arrived_response(response, pending->head);
    // Nobody reads its body any more.
    if (pending->upload) tg_cut(pending->upload);
    return NULL;
}

tollgate_response *tollgate_send(const tollgate_request *request, tollgate_error *error) {
    tollgate_pending *pending = tollgate_start(request, error);
    return pending ? tollgate_wait(pending, error) : NULL;
}
