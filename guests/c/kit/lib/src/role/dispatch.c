// Dispatch: customers' workers by name, and what arrives handed on whole.
#include "tollgate/dispatch.h"

#include <string.h>

#include "../internal.h"

// The platform's names, in the order of its cases.
static const char *const NAMES[] = {
    "unknown-binding", "invalid-name",   "worker-not-found", "parameter", "limit",
    "worker-failed",   "worker-error",   "depth-exceeded",   "internal",
};
static_assert(sizeof NAMES / sizeof *NAMES == TOLLGATE_PLATFORM_DISPATCHER_DISPATCH_ERROR_INTERNAL + 1);
static_assert(TOLLGATE_WORKER_ERROR == TOLLGATE_PLATFORM_DISPATCHER_DISPATCH_ERROR_WORKER_ERROR);
static_assert(TOLLGATE_INTERNAL == TOLLGATE_PLATFORM_DISPATCHER_DISPATCH_ERROR_INTERNAL);

struct tollgate_worker {
    tollgate_platform_dispatcher_own_worker_t own;
};

// Takes the platform's error.
static void failed(tollgate_error *error, tollgate_platform_dispatcher_dispatch_error_t *given) {
    worker_string_t message;
    tollgate_platform_dispatcher_message(given, &message);
    const char *words = tg_take(&message);
    const wasi_http_types_error_code_t *cause = NULL;
    if (given->tag == TOLLGATE_PLATFORM_DISPATCHER_DISPATCH_ERROR_WORKER_ERROR) {
        tollgate_error of_worker;
        tg_no_response(&of_worker, &given->val.worker_error);
        cause = of_worker.cause;
    } else {
        tollgate_platform_dispatcher_dispatch_error_free(given);
    }
    tg_error(error, (tollgate_kind)given->tag, NAMES[given->tag], words);
    if (error) error->cause = cause;
}

static worker_option_u64_t ceiling(tollgate_ceiling given) { return (worker_option_u64_t){ given.given, given.most }; }

// Nothing of it is copied.
static tollgate_platform_dispatcher_options_t attached(const tollgate_options *given) {
    tollgate_platform_dispatcher_options_t options = {
        .limits = {
            .is_some = true,
            .val = {
                .cpu_ms = ceiling(given->limits.cpu_ms),
                .wall_ms = ceiling(given->limits.wall_ms),
                .memory_bytes = ceiling(given->limits.memory_bytes),
                .subrequests = ceiling(given->limits.subrequests),
            },
        },
    };
    if (given->props) options.props = (worker_option_string_t){ true, tg_lend(given->props) };
    size_t count = 0;
    while (given->outbound && given->outbound[count].name) count++;
    options.outbound.len = count;
    options.outbound.ptr = tollgate_allocate(count * sizeof *options.outbound.ptr);
    for (size_t i = 0; i < count; i++) {
        options.outbound.ptr[i].f0 = tg_lend(given->outbound[i].name);
        options.outbound.ptr[i].f1 = tg_lend(given->outbound[i].json);
    }
    return options;
}

static void drop_worker(void *worker) {
    tollgate_platform_dispatcher_worker_drop_own(((tollgate_worker *)worker)->own);
}

tollgate_worker *tollgate_get(const char *binding, const char *name, const tollgate_options *options,
                              tollgate_error *error) {
    static const tollgate_options NOTHING;
    worker_string_t through = tg_lend(binding), named = tg_lend(name);
    tollgate_platform_dispatcher_options_t all = attached(options ? options : &NOTHING);
    tollgate_worker *worker = tollgate_allocate(sizeof *worker);
    tollgate_platform_dispatcher_dispatch_error_t refused;
    if (!tollgate_platform_dispatcher_get(&through, &named, &all, &worker->own, &refused)) {
        failed(error, &refused);
        return NULL;
    }
    tg_at_end(drop_worker, worker);
    return worker;
}

static wasi_io_poll_own_pollable_t subscribe(int32_t future) {
    tollgate_platform_dispatcher_borrow_future_response_t borrowed = { future };
    return tollgate_platform_dispatcher_method_future_response_subscribe(borrowed);
}

static bool get(int32_t future, wasi_http_types_own_incoming_response_t *response, tollgate_error *error) {
    tollgate_platform_dispatcher_borrow_future_response_t borrowed = { future };
    tollgate_platform_dispatcher_result_result_own_incoming_response_dispatch_error_void_t answer;
    if (!tollgate_platform_dispatcher_method_future_response_get(borrowed, &answer) || answer.is_err) {
        tg_error(error, TOLLGATE_INTERNAL, "internal", "no answer where one was ready");
        return false;
    }
    if (answer.val.ok.is_err) {
        failed(error, &answer.val.ok.val.err);
        return false;
    }
    *response = answer.val.ok.val.ok;
    return true;
}

static void drop(int32_t future) {
    tollgate_platform_dispatcher_future_response_drop_own((tollgate_platform_dispatcher_own_future_response_t){ future });
}

tollgate_pending *tollgate_hand(tollgate_worker *worker, const tollgate_request *request, tollgate_error *error) {
    tollgate_platform_dispatcher_borrow_worker_t to = tollgate_platform_dispatcher_borrow_worker(worker->own);
    tollgate_platform_dispatcher_own_future_response_t future;
    wasi_http_types_own_incoming_request_t whole;
    tg_outgoing built, *outgoing = NULL;
    if (tg_whole_request(request, &whole)) {
        future = tollgate_platform_dispatcher_method_worker_forward(to, whole);
    } else {
        outgoing = &built;
        if (!tg_build(request, outgoing, error)) return NULL;
        future = tollgate_platform_dispatcher_method_worker_fetch(to, outgoing->request, NULL);
    }
    tollgate_pending pending = { .future = future.__handle, .subscribe = subscribe, .get = get, .drop = drop };
    return tg_sent(pending, request, outgoing);
}

tollgate_response *tollgate_dispatch(const char *binding, const char *name, const tollgate_options *options,
                                     const tollgate_request *request, tollgate_error *error) {
    tollgate_worker *worker = tollgate_get(binding, name, options, error);
    tollgate_pending *pending = worker ? tollgate_hand(worker, request, error) : NULL;
    return pending ? tollgate_wait(pending, error) : NULL;
}

bool tg_reply(wasi_http_types_own_response_outparam_t out, const tollgate_response *response) {
    wasi_http_types_own_incoming_response_t whole;
    if (!tg_whole_response(response, &whole)) return false;
    tollgate_platform_dispatcher_reply(out, whole);
    return true;
}
