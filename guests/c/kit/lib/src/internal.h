// What the library's files know of each other. Names that begin with `tg_` are not for workers.
#ifndef TOLLGATE_INTERNAL_H
#define TOLLGATE_INTERNAL_H

#include "tollgate.h"
#include "worker.h"

// memory.c

// Calls `drop` when the request is done; the last that was asked for is the first that is called.
void tg_at_end(void (*drop)(void *), void *what);
// The request is done: drops and frees everything.
void tg_end(void);
// A copy, with a null character behind it.
const char *tg_copy(const void *bytes, size_t length);
// The bindings' string of C's, not copied; and C's of the bindings', which is freed.
worker_string_t tg_lend(const char *text);
const char *tg_take(worker_string_t *string);

// errors.c

// Fills an error in, if there is one to fill in.
void tg_error(tollgate_error *error, tollgate_kind kind, const char *code, const char *message);
// The same from WASI's, which it takes.
void tg_no_response(tollgate_error *error, wasi_http_types_error_code_t *code);

// wire.c: heads of messages, as WASI has them

// False where WASI refuses the headers. Of a body that is all there the length is known, whatever they say of it, and of one
// that is made it is not. Without a body they may have one only where the message is `bodiless` and tells another's.
bool tg_fields(tollgate_headers headers, const tollgate_body *body, bool bodiless, wasi_http_types_own_fields_t *fields);
// Takes the fields.
tollgate_headers tg_headers(wasi_http_types_own_fields_t fields);
const char *tg_method(wasi_http_types_method_t *method);
const char *tg_url(wasi_http_types_borrow_incoming_request_t request);
// Gives a request its method and URL; false if they are none.
bool tg_aim(wasi_http_types_borrow_outgoing_request_t outgoing, const tollgate_request *request);

// json.c

// Text of a length as a JSON string. There is a null character behind it.
const char *tg_quoted(const char *text, size_t length);

// arrived.c: messages that arrived

// A message that arrived, whole while nobody has begun its body, and how it looked then.
struct tollgate_arrived {
    enum { TG_WHOLE, TG_OPEN, TG_GONE } state;
    bool is_request;
    union {
        wasi_http_types_own_incoming_request_t request;
        wasi_http_types_own_incoming_response_t response;
    };
    union {
        tollgate_request as_request;
        tollgate_response as_response;
    };
    // While it is open.
    wasi_http_types_own_incoming_body_t body;
    wasi_io_streams_own_input_stream_t stream;
};

tollgate_request *tg_arrived_request(wasi_http_types_own_incoming_request_t request);
// `bodiless` where it is the answer to HEAD.
tollgate_response *tg_arrived_response(wasi_http_types_own_incoming_response_t response, bool bodiless);
// Whether a message is still what arrived, and can be handed on whole. It is the caller's then.
bool tg_whole_request(const tollgate_request *request, wasi_http_types_own_incoming_request_t *whole);
bool tg_whole_response(const tollgate_response *response, wasi_http_types_own_incoming_response_t *whole);
// Begins the body; false if it is gone.
bool tg_open(struct tollgate_arrived *arrived);

// pump.c: bodies on their way out

struct tg_pump;

bool tg_has_body(const tollgate_body *body);
// Whether a body can be moved: false if it is gone, or too many are on their way.
bool tg_ready(const tollgate_body *body, tollgate_error *error);
// Begins to move a body that is ready, and takes `to`.
struct tg_pump *tg_pump(const tollgate_body *from, wasi_http_types_own_outgoing_body_t to);
// Gives a body up, if it is still on its way.
void tg_cut(struct tg_pump *pump);
// Moves what is on its way until a pollable is ready, and drops that.
void tg_until(wasi_io_poll_own_pollable_t ready);
// Moves everything to its end.
void tg_settle(void);

// send.c

// A request on its way, by whichever way: what was sent, and how to ask it.
struct tollgate_pending {
    int32_t future;
    wasi_io_poll_own_pollable_t (*subscribe)(int32_t future);
    // False with an error where there is no response.
    bool (*get)(int32_t future, wasi_http_types_own_incoming_response_t *response, tollgate_error *error);
    void (*drop)(int32_t future);
    bool head;
    bool waited;
    struct tg_pump *upload;
};

// A request ready to be sent, and the body that goes with it, to be pumped when it is.
typedef struct {
    wasi_http_types_own_outgoing_request_t request;
    bool has_body;
    wasi_http_types_own_outgoing_body_t body;
} tg_outgoing;

bool tg_build(const tollgate_request *request, tg_outgoing *outgoing, tollgate_error *error);
// What was sent: takes the future, and begins the body. `outgoing` is null where the request was handed on whole.
tollgate_pending *tg_sent(tollgate_pending sent, const tollgate_request *request, const tg_outgoing *outgoing);

// serve.c

// Answers with a response as it arrived, where the role has a way to: only role/dispatch.c.
bool tg_reply(wasi_http_types_own_response_outparam_t out, const tollgate_response *response);

#endif
