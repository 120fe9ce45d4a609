// Errors: the platform's and WASI's, by name and in words.
#include "internal.h"

// WASI's names, in the order of its cases.
static const char *const NAMES[] = {
    "dns-timeout",
    "dns-error",
    "destination-not-found",
    "destination-unavailable",
    "destination-ip-prohibited",
    "destination-ip-unroutable",
    "connection-refused",
    "connection-terminated",
    "connection-timeout",
    "connection-read-timeout",
    "connection-write-timeout",
    "connection-limit-reached",
    "tls-protocol-error",
    "tls-certificate-error",
    "tls-alert-received",
    "http-request-denied",
    "http-request-length-required",
    "http-request-body-size",
    "http-request-method-invalid",
    "http-request-uri-invalid",
    "http-request-uri-too-long",
    "http-request-header-section-size",
    "http-request-header-size",
    "http-request-trailer-section-size",
    "http-request-trailer-size",
    "http-response-incomplete",
    "http-response-header-section-size",
    "http-response-header-size",
    "http-response-body-size",
    "http-response-trailer-section-size",
    "http-response-trailer-size",
    "http-response-transfer-coding",
    "http-response-content-coding",
    "http-response-timeout",
    "http-upgrade-failed",
    "http-protocol-error",
    "loop-detected",
    "configuration-error",
    "internal-error",
};
static_assert(sizeof NAMES / sizeof *NAMES == WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR + 1);

void tg_error(tollgate_error *error, tollgate_kind kind, const char *code, const char *message) {
    if (error) *error = (tollgate_error){ .kind = kind, .code = code, .message = message };
}

static void drop_code(void *code) { wasi_http_types_error_code_free(code); }

void tg_no_response(tollgate_error *error, wasi_http_types_error_code_t *code) {
    wasi_http_types_error_code_t *cause = tollgate_allocate(sizeof *cause);
    *cause = *code;
    tg_at_end(drop_code, cause);
    const char *name = NAMES[cause->tag];
    const char *message = name;
    if (cause->tag == WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR && cause->val.internal_error.is_some) {
        const worker_string_t *detail = &cause->val.internal_error.val;
        message = tollgate_format("%s: %.*s", name, (int)detail->len, (const char *)detail->ptr);
    }
    tg_error(error, TOLLGATE_NO_RESPONSE, name, message);
    if (error) error->cause = cause;
}

tollgate_response *tollgate_failed(const tollgate_error *error) {
    tollgate_response *response = tollgate_allocate(sizeof *response);
    response->failure = error->cause;
    if (!response->failure) {
        wasi_http_types_error_code_t *code = tollgate_allocate(sizeof *code);
        code->tag = error->kind == TOLLGATE_BODY ? WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_INCOMPLETE
                                                 : WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR;
        response->failure = code;
    }
    return response;
}

void tollgate_fail(const char *reason) {
    worker_string_t string = tg_lend(reason);
    tollgate_platform_invocation_fail(&string);
    __builtin_unreachable();
}
