// Heads of requests and responses, as WASI has them.
#include <string.h>
#include <strings.h>

#include "internal.h"

// The methods that WASI has cases for, in their order.
static const char *const METHODS[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH" };
static_assert(sizeof METHODS / sizeof *METHODS == WASI_HTTP_TYPES_METHOD_OTHER);

bool tg_fields(tollgate_headers headers, const tollgate_body *body, bool bodiless, wasi_http_types_own_fields_t *fields) {
    if (body->bytes) {
        tollgate_headers_set(&headers, "content-length", tollgate_format("%zu", body->length));
    } else if (body->next || (!body->arrived && !bodiless)) {
        tollgate_headers_remove(&headers, "content-length");
    }
    if (headers.count == 0) {
        *fields = wasi_http_types_constructor_fields();
        return true;
    }
    wasi_http_types_list_tuple2_field_name_field_value_t list = { .len = headers.count };
    list.ptr = tollgate_allocate(headers.count * sizeof *list.ptr);
    for (size_t i = 0; i < headers.count; i++) {
        const char *value = headers.lines[i].value;
        list.ptr[i].f0 = tg_lend(headers.lines[i].name);
        list.ptr[i].f1 = (wasi_http_types_field_value_t){ (uint8_t *)value, strlen(value) };
    }
    wasi_http_types_header_error_t refused;
    return wasi_http_types_static_fields_from_list(&list, fields, &refused);
}

tollgate_headers tg_headers(wasi_http_types_own_fields_t fields) {
    wasi_http_types_list_tuple2_field_name_field_value_t list;
    wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(fields), &list);
    wasi_http_types_fields_drop_own(fields);
    tollgate_header *lines = tollgate_allocate(list.len * sizeof *lines);
    for (size_t i = 0; i < list.len; i++) {
        lines[i].name = tg_copy(list.ptr[i].f0.ptr, list.ptr[i].f0.len);
        lines[i].value = tg_copy(list.ptr[i].f1.ptr, list.ptr[i].f1.len);
    }
    tollgate_headers headers = { lines, list.len };
    wasi_http_types_list_tuple2_field_name_field_value_free(&list);
    return headers;
}

const char *tg_method(wasi_http_types_method_t *method) {
    return method->tag == WASI_HTTP_TYPES_METHOD_OTHER ? tg_take(&method->val.other) : METHODS[method->tag];
}

const char *tg_url(wasi_http_types_borrow_incoming_request_t request) {
    wasi_http_types_scheme_t given;
    const char *scheme = "http";
    if (wasi_http_types_method_incoming_request_scheme(request, &given)) {
        if (given.tag == WASI_HTTP_TYPES_SCHEME_HTTPS) scheme = "https";
        if (given.tag == WASI_HTTP_TYPES_SCHEME_OTHER) scheme = tg_take(&given.val.other);
    }
    worker_string_t string;
    const char *authority = wasi_http_types_method_incoming_request_authority(request, &string) ? tg_take(&string) : "";
    const char *path = wasi_http_types_method_incoming_request_path_with_query(request, &string) ? tg_take(&string) : "/";
    return tollgate_format("%s://%s%s", scheme, authority, path);
}

// A URL's parts as they stand in it: what `target` points to has path and query. False if it has no scheme.
static bool cut(const char *url, worker_string_t *scheme, worker_string_t *authority, worker_string_t *target) {
    const char *mark = strstr(url, "://");
    if (!mark || mark == url) return false;
    const char *host = mark + 3;
    const char *rest = host + strcspn(host, "/?#");
    *scheme = (worker_string_t){ (uint8_t *)url, (size_t)(mark - url) };
    *authority = (worker_string_t){ (uint8_t *)host, (size_t)(rest - host) };
    *target = (worker_string_t){ (uint8_t *)rest, strcspn(rest, "#") };
    return true;
}

static const char *copied(worker_string_t part) { return tg_copy(part.ptr, part.len); }

tollgate_url tollgate_split(const char *url) {
    worker_string_t scheme, authority, target;
    if (!url || !cut(url, &scheme, &authority, &target)) return (tollgate_url){ "", "", "", "" };
    const char *query = memchr(target.ptr, '?', target.len);
    size_t path = query ? (size_t)(query - (const char *)target.ptr) : target.len;
    return (tollgate_url){
        .scheme = copied(scheme),
        .host = copied(authority),
        .path = path ? tg_copy(target.ptr, path) : "/",
        .query = query ? tg_copy(query + 1, target.len - path - 1) : "",
    };
}

static bool set_method(wasi_http_types_borrow_outgoing_request_t outgoing, const char *name) {
    wasi_http_types_method_t method = { .tag = WASI_HTTP_TYPES_METHOD_OTHER };
    for (uint8_t tag = 0; tag < WASI_HTTP_TYPES_METHOD_OTHER; tag++) {
        if (strcmp(name, METHODS[tag]) == 0) method.tag = tag;
    }
    if (method.tag == WASI_HTTP_TYPES_METHOD_OTHER) method.val.other = tg_lend(name);
    return wasi_http_types_method_outgoing_request_set_method(outgoing, &method);
}

static bool set_scheme(wasi_http_types_borrow_outgoing_request_t outgoing, worker_string_t name) {
    wasi_http_types_scheme_t scheme = { .tag = WASI_HTTP_TYPES_SCHEME_OTHER, .val.other = name };
    if (name.len == 4 && strncasecmp((const char *)name.ptr, "http", 4) == 0) scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTP;
    if (name.len == 5 && strncasecmp((const char *)name.ptr, "https", 5) == 0) scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTPS;
    return wasi_http_types_method_outgoing_request_set_scheme(outgoing, &scheme);
}

bool tg_aim(wasi_http_types_borrow_outgoing_request_t outgoing, const tollgate_request *request) {
    worker_string_t scheme, authority, target;
    if (!request->url || !cut(request->url, &scheme, &authority, &target)) return false;
    if (target.len == 0 || target.ptr[0] != '/') target = tg_lend(tollgate_format("/%s", copied(target)));
    // GET is what a request is if nobody says otherwise.
    return (!request->method || strcmp(request->method, "GET") == 0 || set_method(outgoing, request->method)) &&
           set_scheme(outgoing, scheme) &&
           wasi_http_types_method_outgoing_request_set_authority(outgoing, &authority) &&
           wasi_http_types_method_outgoing_request_set_path_with_query(outgoing, &target);
}
