// The conformance suite's typed outbound: `/NAME` answers what the function of a parameter gave, as JSON
// (guests/rust/test/test-typed).
#include "tollgate/outbound.h"

#include <inttypes.h>
#include <string.h>

static const char *text(worker_string_t *given) { return tollgate_quoted(tollgate_take(given)); }

// A character beyond U+FFFF is two to JSON.
static const char *character(uint32_t given) {
    if (given < 0x10000) return tollgate_format("\"\\u%04" PRIx32 "\"", given);
    return tollgate_format("\"\\u%04" PRIx32 "\\u%04" PRIx32 "\"", 0xd7c0 + (given >> 10), 0xdc00 + (given & 0x3ff));
}

static const char *integer(int64_t given) { return tollgate_format("%" PRId64, given); }

static const char *natural(uint64_t given) { return tollgate_format("%" PRIu64, given); }

static const char *number(double given) { return tollgate_format("%.17g", given); }

static const char *boolean(bool given) { return given ? "true" : "false"; }

// An item behind those that are there.
static const char *more(const char *items, const char *item) {
    return *items ? tollgate_format("%s,%s", items, item) : item;
}

static const char *list(const char *items) { return tollgate_format("[%s]", items); }

static const char *plan(suite_typed_types_plan_t given) {
    return given == SUITE_TYPED_TYPES_PLAN_PAID ? "\"paid\"" : "\"free\"";
}

static const char *rights(suite_typed_types_rights_t given) {
    const char *items = "";
    if (given & SUITE_TYPED_TYPES_RIGHTS_READ) items = more(items, "\"read\"");
    if (given & SUITE_TYPED_TYPES_RIGHTS_WRITE) items = more(items, "\"write\"");
    if (given & SUITE_TYPED_TYPES_RIGHTS_HAND_ON) items = more(items, "\"hand-on\"");
    return list(items);
}

static const char *subscription(suite_typed_parameters_subscription_t *given) {
    return tollgate_format(
        "{\"id\":%" PRIu64 ",\"plan\":%s,\"home-town\":%s,\"rights\":%s}", given->id, plan(given->plan),
        given->home_town.is_some ? text(&given->home_town.val) : "null", rights(given->rights));
}

static const char *bound(const suite_typed_parameters_bound_t *given) {
    switch (given->tag) {
    case SUITE_TYPED_PARAMETERS_BOUND_AT_MOST:
        return tollgate_format("{\"at-most\":%" PRIu32 "}", given->val.at_most);
    case SUITE_TYPED_PARAMETERS_BOUND_WITHIN:
        return tollgate_format("{\"within\":[%" PRId64 ",%" PRId64 "]}", given->val.within.f0, given->val.within.f1);
    default:
        return "\"none\"";
    }
}

static const char *invoice(suite_typed_parameters_invoice_t *given) {
    // Names that are words of C's have a `_` behind them.
    const char *whole = tollgate_format(
        "\"signed\":[%d,%d,%" PRId32 ",%" PRId64 "],\"unsigned\":[%u,%u,%" PRIu32 ",%" PRIu64 "]", given->signed_.f0,
        given->signed_.f1, given->signed_.f2, given->signed_.f3, given->unsigned_.f0, given->unsigned_.f1,
        given->unsigned_.f2, given->unsigned_.f3);
    return tollgate_format(
        "{%s,\"paid\":%s,\"rate\":%s,\"total\":%s,\"mark\":%s,\"holder\":%s,\"until\":%s}", whole,
        boolean(given->paid), number(given->rate), number(given->total), character(given->mark),
        subscription(&given->holder), bound(&given->until));
}

static const char *customer_name(void) {
    worker_string_t given;
    suite_typed_parameters_customer_name(&given);
    return text(&given);
}

static const char *account(void) {
    suite_typed_parameters_subscription_t given;
    suite_typed_parameters_account(&given);
    return subscription(&given);
}

static const char *ceiling(void) {
    suite_typed_parameters_bound_t given;
    suite_typed_parameters_ceiling(&given);
    return bound(&given);
}

// What a list is made of is freed with it, but for the texts that were taken.
static const char *tags(void) {
    worker_list_string_t given;
    suite_typed_parameters_tags(&given);
    const char *items = "";
    for (size_t i = 0; i < given.len; i++) items = more(items, text(&given.ptr[i]));
    worker_list_string_free(&given);
    return list(items);
}

static const char *corner(void) {
    worker_tuple3_s64_f32_char32_t given;
    suite_typed_parameters_corner(&given);
    return tollgate_format("[%" PRId64 ",%s,%s]", given.f0, number(given.f1), character(given.f2));
}

static const char *region(void) {
    worker_string_t given;
    return suite_typed_parameters_region(&given) ? text(&given) : "null";
}

static const char *partner(void) {
    suite_typed_parameters_subscription_t given;
    return suite_typed_parameters_partner(&given) ? subscription(&given) : "null";
}

static const char *invoices(void) {
    suite_typed_parameters_list_invoice_t given;
    suite_typed_parameters_invoices(&given);
    const char *items = "";
    for (size_t i = 0; i < given.len; i++) items = more(items, invoice(&given.ptr[i]));
    suite_typed_parameters_list_invoice_free(&given);
    return list(items);
}

static const char *quotas(void) {
    worker_list_option_u16_t given;
    suite_typed_parameters_quotas(&given);
    const char *items = "";
    for (size_t i = 0; i < given.len; i++) {
        items = more(items, given.ptr[i].is_some ? natural(given.ptr[i].val) : "null");
    }
    worker_list_option_u16_free(&given);
    return list(items);
}

static const char *digest(void) {
    worker_list_u8_t given;
    suite_typed_parameters_digest(&given);
    const char *items = "";
    for (size_t i = 0; i < given.len; i++) items = more(items, natural(given.ptr[i]));
    worker_list_u8_free(&given);
    return list(items);
}

static const char *json(void) {
    worker_string_t given;
    suite_typed_parameters_json(&given);
    return text(&given);
}

static const char *s8(void) { return integer(suite_typed_parameters_s8()); }
static const char *s16(void) { return integer(suite_typed_parameters_s16()); }
static const char *s32(void) { return integer(suite_typed_parameters_s32()); }
static const char *s64(void) { return integer(suite_typed_parameters_s64()); }
static const char *u8(void) { return natural(suite_typed_parameters_u8()); }
static const char *u16(void) { return natural(suite_typed_parameters_u16()); }
static const char *u32(void) { return natural(suite_typed_parameters_u32()); }
static const char *u64(void) { return natural(suite_typed_parameters_u64()); }
static const char *f32(void) { return number(suite_typed_parameters_f32()); }
static const char *f64(void) { return number(suite_typed_parameters_f64()); }
static const char *active(void) { return boolean(suite_typed_parameters_active()); }
static const char *mark(void) { return character(suite_typed_parameters_mark()); }
static const char *tier(void) { return plan(suite_typed_parameters_tier()); }
static const char *may(void) { return rights(suite_typed_parameters_may()); }
// The generic interface is there beside them.
static const char *generic(void) { return tollgate_parameter_json("account"); }

static const struct {
    const char *name;
    const char *(*read)(void);
} ALL[] = {
    { "customer-name", customer_name }, { "account", account }, { "ceiling", ceiling }, { "tags", tags },
    { "corner", corner }, { "region", region }, { "partner", partner }, { "invoices", invoices }, { "quotas", quotas },
    { "digest", digest }, { "s8", s8 }, { "s16", s16 }, { "s32", s32 }, { "s64", s64 }, { "u8", u8 }, { "u16", u16 }, { "u32", u32 },
    { "u64", u64 }, { "f32", f32 }, { "f64", f64 }, { "active", active }, { "mark", mark }, { "tier", tier },
    { "may", may }, { "json", json }, { "generic", generic },
};

tollgate_response *fetch(tollgate_request *request) {
    const char *path = tollgate_split(request->url).path;
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++) {
        if (*path && strcmp(path + 1, ALL[i].name) == 0) return tollgate_respond(200, ALL[i].read());
    }
    return tollgate_respond(404, "no such parameter");
}
