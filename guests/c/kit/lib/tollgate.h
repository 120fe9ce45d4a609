// What a worker in C is written with: one function to define, `fetch`, and what it needs to answer. Outbound workers have
// tollgate/outbound.h beside it, dispatch workers tollgate/dispatch.h.
//
// Who frees what: nobody, anything. Whatever these functions give lives until the request is done, its body and what
// `tollgate_after` put off included, and is gone then; nothing of it may be kept for the next request. Strings and bytes
// that they are given are copied, and structs are read only while they are called. Where memory runs out, the worker ends
// as failed.
//
// A function that can fail takes a `tollgate_error *`, which may be null, and fills it in where it did fail.
#ifndef TOLLGATE_H
#define TOLLGATE_H

#include <stdbool.h>
#include <stddef.h>

// A header line.
typedef struct {
    const char *name;
    const char *value;
} tollgate_header;

// Header lines, in order. The lines are never changed in place, so a copy of this struct stays as it was.
typedef struct {
    const tollgate_header *lines;
    size_t count;
} tollgate_headers;

// Writes the next bytes of a body into `room` bytes at `to`, and says how many: 0 at the end, -1 to cut the body off.
typedef ptrdiff_t tollgate_next(void *context, void *to, size_t room);

// A body: all zero where there is none. One that arrived stays outside of this worker's memory until it is read.
typedef struct {
    const char *bytes; // Those in memory, with a null character behind them.
    size_t length;
    tollgate_next *next; // Where it is made as it goes.
    void *context;
    struct tollgate_arrived *arrived; // The library's own.
} tollgate_body;

// A request: the one that arrived, or one of the worker's own, for which the URL is enough.
typedef struct {
    const char *method; // Null is GET.
    const char *url;
    tollgate_headers headers;
    tollgate_body body;
    const char *through;              // A service or mTLS-certificate binding to send it through; null is the way out.
    struct tollgate_arrived *arrived; // The library's own.
} tollgate_request;

// A response.
typedef struct {
    unsigned status;
    tollgate_headers headers;
    tollgate_body body;
    struct tollgate_arrived *arrived;                   // The library's own.
    const struct wasi_http_types_error_code_t *failure; // The library's own.
} tollgate_response;

// What went wrong.
typedef enum {
    // Of a dispatch, by the platform's codes (`dispatch-error`). A code that is not here is TOLLGATE_INTERNAL; `code` has it.
    TOLLGATE_UNKNOWN_BINDING,
    TOLLGATE_INVALID_NAME,
    TOLLGATE_WORKER_NOT_FOUND,
    TOLLGATE_PARAMETER,
    TOLLGATE_LIMIT,
    TOLLGATE_WORKER_FAILED,
    TOLLGATE_WORKER_ERROR,
    TOLLGATE_DEPTH_EXCEEDED,
    TOLLGATE_OVERLOADED,
    TOLLGATE_INTERNAL,
    // A request that was sent got no response; `code` says why.
    TOLLGATE_NO_RESPONSE,
    // A request cannot be sent: its headers, or too many bodies on their way.
    TOLLGATE_REFUSED,
    // A body was cut off, is longer than it may be, or was read or handed on before.
    TOLLGATE_BODY,
} tollgate_kind;

typedef struct {
    tollgate_kind kind;
    const char *code;    // The platform's or WASI's name: "worker-not-found", "connection-refused".
    const char *message; // For people; of a dispatch, in Cloudflare's words.
    const struct wasi_http_types_error_code_t *cause; // The library's own.
} tollgate_error;

// The worker: answers a request. To give null is to fail.
tollgate_response *fetch(tollgate_request *request);

// Ends this worker as failed. The operator reads the reason, whoever sent the request does not.
__attribute__((noreturn)) void tollgate_fail(const char *reason);

// Calls `work` when the response is out.
void tollgate_after(void (*work)(void *context), void *context);

// Responses. One that arrived may be given as it is, or changed.

// A response of text.
tollgate_response *tollgate_respond(unsigned status, const char *text);

// Hands an error on: whoever sent this worker its request sees what became of the one that this worker sent.
tollgate_response *tollgate_failed(const tollgate_error *error);

// Requests. No redirect is followed. A body that arrived streams on, through no memory of this worker's.

// Sends a request and waits for its response; null if there is none.
tollgate_response *tollgate_send(const tollgate_request *request, tollgate_error *error);

// A request on its way. One that nobody waits for is given up when this worker's request is done.
typedef struct tollgate_pending tollgate_pending;

// Sends a request; null if that failed at once. Several may be on their way together.
tollgate_pending *tollgate_start(const tollgate_request *request, tollgate_error *error);

// Waits for the response; null if there is none. Once for each.
tollgate_response *tollgate_wait(tollgate_pending *pending, tollgate_error *error);

// A URL in its parts, of which those that it does not have are empty. The host has its port.
typedef struct {
    const char *scheme;
    const char *host;
    const char *path;
    const char *query;
} tollgate_url;

tollgate_url tollgate_split(const char *url);

// Headers, by name in whatever case.

// The first value; null where there is none.
const char *tollgate_headers_get(const tollgate_headers *headers, const char *name);
// In the place of every line of this name.
void tollgate_headers_set(tollgate_headers *headers, const char *name, const char *value);
// Beside those that are there.
void tollgate_headers_append(tollgate_headers *headers, const char *name, const char *value);
void tollgate_headers_remove(tollgate_headers *headers, const char *name);

// Bodies.

// Most bytes that `tollgate_read` reads: a stranger must not be able to fill this worker's memory.
#define TOLLGATE_BODY_BYTES (8u * 1024 * 1024)

tollgate_body tollgate_text(const char *text);
tollgate_body tollgate_bytes(const void *bytes, size_t length);
// A body that is made as it goes. The context must live until the body ends.
tollgate_body tollgate_made(tollgate_next *next, void *context);

// Reads all of a body into memory, where it stays to be sent on: its text, null if that failed. The body has its length.
const char *tollgate_read(tollgate_body *body, tollgate_error *error);
// Reads what is there next, at most `room` bytes: how many, 0 at the end, -1 if that failed.
ptrdiff_t tollgate_read_some(tollgate_body *body, void *to, size_t room, tollgate_error *error);

// What this worker was given.

// A variable or a secret, one of JSON as its text; null where there is none.
const char *tollgate_variable(const char *name);
// The props that the dispatch attached, as JSON text: `null` where it attached none.
const char *tollgate_props(void);

// Text.

void *tollgate_allocate(size_t size);
// As printf.
__attribute__((format(printf, 1, 2))) const char *tollgate_format(const char *format, ...);
// Text as a JSON string, quotes included. What is no UTF-8 in it becomes U+FFFD.
const char *tollgate_quoted(const char *text);

// A name with its value as JSON text, as dispatch workers give parameters and outbound workers get them.
typedef struct {
    const char *name;
    const char *json;
} tollgate_parameter;

#endif
