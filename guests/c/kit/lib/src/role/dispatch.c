// Dispatch: customers' workers by name, and what arrives handed on whole.
#include "tollgate/dispatch.h"

#include <string.h>

#include "../internal.h"

// The platform's codes, in the order of `tollgate_kind`.
static const char *const CODES[] = {
    "unknown-binding", "invalid-name", "worker-not-found", "parameter",  "limit",
    "worker-failed",   "worker-error", "depth-exceeded",   "overloaded", "internal",
};
static_assert(sizeof CODES / sizeof *CODES == TOLLGATE_INTERNAL + 1);

struct tollgate_worker {
    tollgate_platform_dispatcher_own_worker_t own;
};

// A code that is not known is like `internal`.
static tollgate_kind kind_of(const char *code) {
    tollgate_kind kind = TOLLGATE_UNKNOWN_BINDING;
    while (kind < TOLLGATE_INTERNAL && strcmp(code, CODES[kind]) != 0) kind++;
    return kind;
}

// Takes the platform's error.
static void failed(tollgate_error *error, tollgate_platform_dispatcher_own_dispatch_error_t own) {
    tollgate_platform_dispatcher_borrow_dispatch_error_t given = tollgate_platform_dispatcher_borrow_dispatch_error(own);
    worker_string_t string;
    tollgate_platform_dispatcher_method_dispatch_error_code(given, &string);
    const char *code = tg_take(&string);
    tollgate_platform_dispatcher_method_dispatch_error_message(given, &string);
    const char *message = tg_take(&string);
    const wasi_http_types_error_code_t *cause = NULL;
    wasi_http_types_error_code_t http;
    if (tollgate_platform_dispatcher_method_dispatch_error_http_error(given, &http)) {
        tollgate_error of_worker;
        tg_no_response(&of_worker, &http);
        cause = of_worker.cause;
    }
    tollgate_platform_dispatcher_dispatch_error_drop_own(own);
    tg_error(error, kind_of(code), code, message);
    if (error) error->cause = cause;
}

// The platform's options of these. The strings are not copied.
static tollgate_platform_dispatcher_own_options_t attached(const tollgate_options *given) {
    tollgate_platform_dispatcher_own_options_t own = tollgate_platform_dispatcher_constructor_options();
    tollgate_platform_dispatcher_borrow_options_t options = tollgate_platform_dispatcher_borrow_options(own);
    if (given->props) {
        worker_string_t props = tg_lend(given->props);
        tollgate_platform_dispatcher_method_options_set_props(options, &props);
    }
    size_t count = 0;
    while (given->outbound && given->outbound[count].name) count++;
    if (count) {
        worker_list_tuple2_string_string_t parameters = { .len = count };
        parameters.ptr = tollgate_allocate(count * sizeof *parameters.ptr);
        for (size_t i = 0; i < count; i++) {
            parameters.ptr[i].f0 = tg_lend(given->outbound[i].name);
            parameters.ptr[i].f1 = tg_lend(given->outbound[i].json);
        }
        tollgate_platform_dispatcher_method_options_set_parameters(options, &parameters);
    }
    const struct {
        tollgate_ceiling limit;
        void (*set)(tollgate_platform_dispatcher_borrow_options_t, uint64_t);
    } limits[] = {
        { given->limits.cpu_ms, tollgate_platform_dispatcher_method_options_set_cpu_ms },
        { given->limits.wall_ms, tollgate_platform_dispatcher_method_options_set_wall_ms },
        { given->limits.memory_bytes, tollgate_platform_dispatcher_method_options_set_memory_bytes },
        { given->limits.subrequests, tollgate_platform_dispatcher_method_options_set_subrequests },
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (limits[i].limit.given) limits[i].set(options, limits[i].limit.most);
    }
    return own;
}

static void drop_worker(void *worker) {
    tollgate_platform_dispatcher_worker_drop_own(((tollgate_worker *)worker)->own);
}

tollgate_worker *tollgate_get(const char *binding, const char *name, const tollgate_options *options,
                              tollgate_error *error) {
    worker_string_t through = tg_lend(binding), named = tg_lend(name);
    tollgate_platform_dispatcher_own_options_t all;
    if (options) all = attached(options);
    tollgate_worker *worker = tollgate_allocate(sizeof *worker);
    tollgate_platform_dispatcher_own_dispatch_error_t refused;
    if (!tollgate_platform_dispatcher_get(&through, &named, options ? &all : NULL, &worker->own, &refused)) {
        failed(error, refused);
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
    tollgate_platform_dispatcher_result_result_own_incoming_response_own_dispatch_error_void_t answer;
    if (!tollgate_platform_dispatcher_method_future_response_get(borrowed, &answer) || answer.is_err) {
        tg_error(error, TOLLGATE_INTERNAL, "internal", "no answer where one was ready");
        return false;
    }
    if (answer.val.ok.is_err) {
        failed(error, answer.val.ok.val.err);
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
