// Messages that arrived: as they are, changed, or read.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

// Most bytes read at once.
enum { CHUNK_BYTES = 64 * 1024 };

static void close_message(struct tollgate_arrived *arrived) {
    if (arrived->is_request) {
        wasi_http_types_incoming_request_drop_own(arrived->request);
    } else {
        wasi_http_types_incoming_response_drop_own(arrived->response);
    }
}

static void drop(void *given) {
    struct tollgate_arrived *arrived = given;
    if (arrived->state == TG_WHOLE) close_message(arrived);
    if (arrived->state == TG_OPEN) {
        wasi_io_streams_input_stream_drop_own(arrived->stream);
        wasi_http_types_incoming_body_drop_own(arrived->body);
    }
    arrived->state = TG_GONE;
}

static struct tollgate_arrived *arrive(bool is_request) {
    struct tollgate_arrived *arrived = tollgate_allocate(sizeof *arrived);
    arrived->is_request = is_request;
    tg_at_end(drop, arrived);
    return arrived;
}

// Whether a request that arrived has a body: WASI gives each one a body, and an empty one would be sent on as one of
// unknown length.
static bool bodiless(const tollgate_request *request) {
    return (strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0) &&
           !tollgate_headers_get(&request->headers, "content-length") &&
           !tollgate_headers_get(&request->headers, "transfer-encoding");
}

tollgate_request *tg_arrived_request(wasi_http_types_own_incoming_request_t own) {
    struct tollgate_arrived *arrived = arrive(true);
    arrived->request = own;
    wasi_http_types_borrow_incoming_request_t borrowed = wasi_http_types_borrow_incoming_request(own);
    wasi_http_types_method_t method;
    wasi_http_types_method_incoming_request_method(borrowed, &method);
    tollgate_request *request = tollgate_allocate(sizeof *request);
    request->method = tg_method(&method);
    request->url = tg_url(borrowed);
    request->headers = tg_headers(wasi_http_types_method_incoming_request_headers(borrowed));
    if (!bodiless(request)) request->body.arrived = arrived;
    request->arrived = arrived;
    arrived->as_request = *request;
    return request;
}

tollgate_response *tg_arrived_response(wasi_http_types_own_incoming_response_t own, bool bodiless) {
    struct tollgate_arrived *arrived = arrive(false);
    arrived->response = own;
    wasi_http_types_borrow_incoming_response_t borrowed = wasi_http_types_borrow_incoming_response(own);
    tollgate_response *response = tollgate_allocate(sizeof *response);
    response->status = wasi_http_types_method_incoming_response_status(borrowed);
    response->headers = tg_headers(wasi_http_types_method_incoming_response_headers(borrowed));
    // A body that is opened must be as long as `content-length` says: here there is none.
    if (!bodiless && response->status != 204 && response->status != 304) response->body.arrived = arrived;
    response->arrived = arrived;
    arrived->as_response = *response;
    return response;
}

static bool same_headers(const tollgate_headers *one, const tollgate_headers *other) {
    return one->lines == other->lines && one->count == other->count;
}

static bool same_body(const tollgate_body *one, const tollgate_body *other) {
    return one->arrived == other->arrived && one->bytes == other->bytes && one->next == other->next;
}

bool tg_whole_request(const tollgate_request *request, wasi_http_types_own_incoming_request_t *whole) {
    struct tollgate_arrived *arrived = request->arrived;
    if (!arrived || arrived->state != TG_WHOLE) return false;
    const tollgate_request *look = &arrived->as_request;
    if (request->method != look->method || request->url != look->url || request->through ||
        !same_headers(&request->headers, &look->headers) || !same_body(&request->body, &look->body)) {
        return false;
    }
    arrived->state = TG_GONE;
    *whole = arrived->request;
    return true;
}

bool tg_whole_response(const tollgate_response *response, wasi_http_types_own_incoming_response_t *whole) {
    struct tollgate_arrived *arrived = response->arrived;
    if (!arrived || arrived->state != TG_WHOLE) return false;
    const tollgate_response *look = &arrived->as_response;
    if (response->status != look->status || !same_headers(&response->headers, &look->headers) ||
        !same_body(&response->body, &look->body)) {
        return false;
    }
    arrived->state = TG_GONE;
    *whole = arrived->response;
    return true;
}

bool tg_open(struct tollgate_arrived *arrived) {
    if (arrived->state == TG_OPEN) return true;
    if (arrived->state == TG_GONE) return false;
    bool consumed = arrived->is_request
                        ? wasi_http_types_method_incoming_request_consume(
                              wasi_http_types_borrow_incoming_request(arrived->request), &arrived->body)
                        : wasi_http_types_method_incoming_response_consume(
                              wasi_http_types_borrow_incoming_response(arrived->response), &arrived->body);
    close_message(arrived);
    arrived->state = TG_GONE;
    if (!consumed) return false;
    wasi_http_types_borrow_incoming_body_t body = wasi_http_types_borrow_incoming_body(arrived->body);
    if (!wasi_http_types_method_incoming_body_stream(body, &arrived->stream)) {
        wasi_http_types_incoming_body_drop_own(arrived->body);
        return false;
    }
    arrived->state = TG_OPEN;
    return true;
}

static ptrdiff_t wrong(tollgate_error *error, const char *code, const char *message) {
    tg_error(error, TOLLGATE_BODY, code, message);
    return -1;
}

static ptrdiff_t read_arrived(struct tollgate_arrived *arrived, void *to, size_t room, tollgate_error *error) {
    if (!tg_open(arrived)) return wrong(error, "body-gone", "the body was read or handed on before");
    wasi_io_streams_borrow_input_stream_t stream = wasi_io_streams_borrow_input_stream(arrived->stream);
    for (;;) {
        worker_list_u8_t list;
        wasi_io_streams_stream_error_t ended;
        uint64_t most = room < CHUNK_BYTES ? room : CHUNK_BYTES;
        if (!wasi_io_streams_method_input_stream_read(stream, most, &list, &ended)) {
            bool whole = ended.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
            wasi_io_streams_stream_error_free(&ended);
            return whole ? 0 : wrong(error, "body-cut", "the body was cut off");
        }
        if (list.len) {
            size_t length = list.len;
            memcpy(to, list.ptr, length);
            worker_list_u8_free(&list);
            return (ptrdiff_t)length;
        }
        tg_until(wasi_io_streams_method_input_stream_subscribe(stream));
    }
}

ptrdiff_t tollgate_read_some(tollgate_body *body, void *to, size_t room, tollgate_error *error) {
    if (room == 0) return 0;
    if (body->arrived) return read_arrived(body->arrived, to, room, error);
    if (body->next) {
        ptrdiff_t made = body->next(body->context, to, room);
        return made < 0 ? wrong(error, "body-cut", "the body was cut off") : made;
    }
    size_t length = body->length < room ? body->length : room;
    if (length) {
        memcpy(to, body->bytes, length);
        body->bytes += length;
        body->length -= length;
    }
    return (ptrdiff_t)length;
}

const char *tollgate_read(tollgate_body *body, tollgate_error *error) {
    if (body->bytes) return body->bytes;
    size_t room = CHUNK_BYTES, length = 0;
    char *bytes = malloc(room);
    for (;;) {
        if (!bytes) tollgate_fail("out of memory");
        ptrdiff_t more = tollgate_read_some(body, bytes + length, room - length - 1, error);
        if (more == 0) break;
        length += more > 0 ? (size_t)more : 0;
        if (length > TOLLGATE_BODY_BYTES) more = wrong(error, "body-too-long", "the body is longer than 8 MiB");
        if (more < 0) {
            free(bytes);
            return NULL;
        }
        if (room - length == 1) bytes = realloc(bytes, room *= 2);
    }
    bytes[length] = '\0';
    tg_at_end(free, bytes);
    *body = (tollgate_body){ .bytes = bytes, .length = length };
    return bytes;
}
