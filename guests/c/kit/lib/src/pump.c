// Bodies on their way out. None of them is ever waited for alone: whatever this worker waits for, all that is on its way
// moves on meanwhile, so that two sides which wait for each other's bytes get them.
#include <string.h>

#include "internal.h"

enum {
    // Most bytes moved at once.
    SPLICE_BYTES = 64 * 1024,
    // Most bytes asked for at once of a body that is made as it goes.
    MADE_BYTES = 16 * 1024,
    // Most bodies on their way at once: each of them is asked whenever this worker waits.
    PUMPS_MOST = 256,
};

struct tg_pump {
    struct tg_pump *next;
    enum { MOVING, TRAILING, DONE } state;
    bool busy; // Its bytes are being made just now, by a worker that waits for something else.
    tollgate_body from;
    char *made; // Bytes that were made, of which those in `from` are still to be written.
    // What arrived, to be moved.
    wasi_http_types_own_incoming_body_t body;
    wasi_io_streams_own_input_stream_t source;
    wasi_http_types_own_outgoing_body_t to;
    wasi_io_streams_own_output_stream_t sink;
    wasi_http_types_own_future_trailers_t trailers;
};

static struct tg_pump *pumps;
static size_t count;

bool tg_has_body(const tollgate_body *body) { return body->bytes || body->next || body->arrived; }

static wasi_io_streams_borrow_output_stream_t sink(const struct tg_pump *pump) {
    return wasi_io_streams_borrow_output_stream(pump->sink);
}

static wasi_io_streams_borrow_input_stream_t source(const struct tg_pump *pump) {
    return wasi_io_streams_borrow_input_stream(pump->source);
}

// Bytes that may be written now; -1 where nobody reads any more.
static int64_t room(const struct tg_pump *pump) {
    uint64_t bytes;
    wasi_io_streams_stream_error_t closed;
    if (wasi_io_streams_method_output_stream_check_write(sink(pump), &bytes, &closed)) {
        return bytes < SPLICE_BYTES ? (int64_t)bytes : SPLICE_BYTES;
    }
    wasi_io_streams_stream_error_free(&closed);
    return -1;
}

static void finish(struct tg_pump *pump, wasi_http_types_own_trailers_t *trailers) {
    // It may be shorter than its content-length: whoever reads it sees it cut.
    wasi_http_types_error_code_t short_of;
    if (!wasi_http_types_static_outgoing_body_finish(pump->to, trailers, &short_of)) {
        wasi_http_types_error_code_free(&short_of);
    }
    pump->state = DONE;
}

// The streams go before their bodies.
static void close_streams(struct tg_pump *pump) {
    wasi_io_streams_output_stream_drop_own(pump->sink);
    if (pump->from.arrived) wasi_io_streams_input_stream_drop_own(pump->source);
}

void tg_cut(struct tg_pump *pump) {
    if (pump->state == DONE) return;
    if (pump->state == MOVING) {
        close_streams(pump);
        if (pump->from.arrived) wasi_http_types_incoming_body_drop_own(pump->body);
    } else {
        wasi_http_types_future_trailers_drop_own(pump->trailers);
    }
    // Dropped without a finish, what goes out is cut off too.
    wasi_http_types_outgoing_body_drop_own(pump->to);
    pump->state = DONE;
}

// Steps move what can be moved now, and say whether anything was.

static bool write(struct tg_pump *pump) {
    int64_t most = room(pump);
    if (most == 0) return false;
    if (most < 0) {
        tg_cut(pump);
        return true;
    }
    size_t length = pump->from.length < (size_t)most ? pump->from.length : (size_t)most;
    worker_list_u8_t list = { (uint8_t *)pump->from.bytes, length };
    wasi_io_streams_stream_error_t closed;
    if (!wasi_io_streams_method_output_stream_write(sink(pump), &list, &closed)) {
        wasi_io_streams_stream_error_free(&closed);
        tg_cut(pump);
        return true;
    }
    pump->from.bytes += length;
    pump->from.length -= length;
    return true;
}

static bool write_bytes(struct tg_pump *pump) {
    if (pump->from.length) return write(pump);
    close_streams(pump);
    finish(pump, NULL);
    return true;
}

static bool make(struct tg_pump *pump) {
    if (pump->from.length) return write(pump);
    // Nothing is made before there is room for it.
    int64_t most = room(pump);
    if (most == 0) return false;
    pump->busy = true;
    ptrdiff_t length = most < 0 ? -1 : pump->from.next(pump->from.context, pump->made, MADE_BYTES);
    pump->busy = false;
    if (pump->state == DONE) return true;
    if (length < 0 || length > MADE_BYTES) {
        tg_cut(pump);
    } else if (length == 0) {
        close_streams(pump);
        finish(pump, NULL);
    } else {
        pump->from.bytes = pump->made;
        pump->from.length = (size_t)length;
    }
    return true;
}

// Bytes that arrived move inside the host, and never pass through this worker's memory.
static bool splice(struct tg_pump *pump) {
    uint64_t moved;
    wasi_io_streams_stream_error_t error;
    if (wasi_io_streams_method_output_stream_splice(sink(pump), source(pump), SPLICE_BYTES, &moved, &error)) {
        return moved > 0;
    }
    bool closed = error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
    wasi_io_streams_stream_error_free(&error);
    // Closed is said of either end. Where the output still takes bytes, it was the input: the body is whole.
    if (closed && room(pump) >= 0) {
        close_streams(pump);
        pump->trailers = wasi_http_types_static_incoming_body_finish(pump->body);
        pump->state = TRAILING;
    } else {
        tg_cut(pump);
    }
    return true;
}

static bool trail(struct tg_pump *pump) {
    wasi_http_types_result_result_option_own_trailers_error_code_void_t answer;
    if (!wasi_http_types_method_future_trailers_get(wasi_http_types_borrow_future_trailers(pump->trailers), &answer)) {
        return false;
    }
    if (answer.is_err || answer.val.ok.is_err) {
        wasi_http_types_result_result_option_own_trailers_error_code_void_free(&answer);
        tg_cut(pump);
        return true;
    }
    bool some = answer.val.ok.val.ok.is_some;
    wasi_http_types_own_trailers_t trailers = answer.val.ok.val.ok.val;
    if (some) {
        // What arrived is immutable; what goes out must not be.
        wasi_http_types_own_trailers_t own = wasi_http_types_method_fields_clone(wasi_http_types_borrow_fields(trailers));
        wasi_http_types_fields_drop_own(trailers);
        trailers = own;
    }
    wasi_http_types_future_trailers_drop_own(pump->trailers);
    finish(pump, some ? &trailers : NULL);
    return true;
}

static bool step(struct tg_pump *pump) {
    if (pump->busy) return false;
    if (pump->state == TRAILING) return trail(pump);
    if (pump->from.arrived) return splice(pump);
    return pump->from.next ? make(pump) : write_bytes(pump);
}

// What must be waited for before another step can do something.
static wasi_io_poll_own_pollable_t wait(const struct tg_pump *pump) {
    if (pump->state == TRAILING) {
        return wasi_http_types_method_future_trailers_subscribe(wasi_http_types_borrow_future_trailers(pump->trailers));
    }
    if (pump->from.arrived && room(pump) != 0) return wasi_io_streams_method_input_stream_subscribe(source(pump));
    return wasi_io_streams_method_output_stream_subscribe(sink(pump));
}

// A step of each; those that are done go.
static bool step_all(void) {
    bool moved = false;
    for (struct tg_pump *pump = pumps; pump; pump = pump->next) {
        if (pump->state != DONE) moved |= step(pump);
    }
    for (struct tg_pump **place = &pumps; *place;) {
        if ((*place)->state == DONE) {
            *place = (*place)->next;
            count--;
        } else {
            place = &(*place)->next;
        }
    }
    return moved;
}

// Waits for any of them, or for something else.
static void poll(const wasi_io_poll_own_pollable_t *other) {
    wasi_io_poll_own_pollable_t own[PUMPS_MOST + 1];
    wasi_io_poll_borrow_pollable_t borrowed[PUMPS_MOST + 2];
    size_t owned = 0, all = 0;
    if (other) borrowed[all++] = wasi_io_poll_borrow_pollable(*other);
    for (const struct tg_pump *pump = pumps; pump; pump = pump->next) {
        if (pump->busy || pump->state == DONE) continue;
        own[owned] = wait(pump);
        borrowed[all++] = wasi_io_poll_borrow_pollable(own[owned++]);
    }
    if (all == 1) {
        wasi_io_poll_method_pollable_block(borrowed[0]);
    } else if (all > 1) {
        worker_list_u32_t ready;
        wasi_io_poll_poll(&(wasi_io_poll_list_borrow_pollable_t){ borrowed, all }, &ready);
        worker_list_u32_free(&ready);
    }
    for (size_t i = 0; i < owned; i++) wasi_io_poll_pollable_drop_own(own[i]);
}

void tg_until(wasi_io_poll_own_pollable_t ready) {
    while (!wasi_io_poll_method_pollable_ready(wasi_io_poll_borrow_pollable(ready))) {
        if (!step_all()) poll(&ready);
    }
    wasi_io_poll_pollable_drop_own(ready);
}

void tg_settle(void) {
    while (pumps) {
        if (!step_all()) poll(NULL);
    }
}

bool tg_ready(const tollgate_body *body, tollgate_error *error) {
    if (count >= PUMPS_MOST) {
        tg_error(error, TOLLGATE_REFUSED, "too-many-bodies", "too many bodies on their way at once");
        return false;
    }
    if (body->arrived && !tg_open(body->arrived)) {
        tg_error(error, TOLLGATE_BODY, "body-gone", "the body was read or handed on before");
        return false;
    }
    return true;
}

struct tg_pump *tg_pump(const tollgate_body *from, wasi_http_types_own_outgoing_body_t to) {
    struct tg_pump *pump = tollgate_allocate(sizeof *pump);
    pump->from = *from;
    pump->to = to;
    if (!wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(to), &pump->sink)) {
        tollgate_fail("a body has no stream");
    }
    if (from->next) pump->made = tollgate_allocate(MADE_BYTES);
    if (from->arrived) {
        pump->body = from->arrived->body;
        pump->source = from->arrived->stream;
        from->arrived->state = TG_GONE;
    }
    pump->next = pumps;
    pumps = pump;
    count++;
    return pump;
}
