// An outbound worker's parameters.
#include "tollgate/outbound.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../internal.h"

const char *tollgate_take(worker_string_t *string) { return tg_take(string); }

// The shortest digits that are the same number again.
static const char *number(double value) {
    for (int digits = 15; digits < 17; digits++) {
        const char *text = tollgate_format("%.*g", digits, value);
        if (strtod(text, NULL) == value) return text;
    }
    return tollgate_format("%.17g", value);
}

// Takes the value.
static const char *json(tollgate_platform_parameters_value_t *value) {
    switch (value->tag) {
    case TOLLGATE_PLATFORM_PARAMETERS_VALUE_BOOLEAN:
        return value->val.boolean ? "true" : "false";
    case TOLLGATE_PLATFORM_PARAMETERS_VALUE_INTEGER:
        return tollgate_format("%" PRId64, value->val.integer);
    case TOLLGATE_PLATFORM_PARAMETERS_VALUE_NUMBER:
        return number(value->val.number);
    case TOLLGATE_PLATFORM_PARAMETERS_VALUE_TEXT: {
        // JSON's text may hold U+0000, where C's ends.
        const size_t length = value->val.text.len;
        return tg_quoted(tg_take(&value->val.text), length);
    }
    default:
        return tg_take(&value->val.json);
    }
}

const tollgate_parameter *tollgate_parameters(void) {
    tollgate_platform_parameters_list_tuple2_string_value_t list;
    tollgate_platform_parameters_all(&list);
    tollgate_parameter *all = tollgate_allocate((list.len + 1) * sizeof *all);
    for (size_t i = 0; i < list.len; i++) {
        all[i] = (tollgate_parameter){ tg_take(&list.ptr[i].f0), json(&list.ptr[i].f1) };
    }
    // What was in it is taken.
    if (list.len) free(list.ptr);
    return all;
}

const char *tollgate_parameter_json(const char *name) {
    worker_string_t key = tg_lend(name);
    tollgate_platform_parameters_value_t value;
    return tollgate_platform_parameters_get(&key, &value) ? json(&value) : NULL;
}

const char *tollgate_parameter_text(const char *name) {
    worker_string_t key = tg_lend(name);
    tollgate_platform_parameters_value_t value;
    if (!tollgate_platform_parameters_get(&key, &value)) return NULL;
    if (value.tag == TOLLGATE_PLATFORM_PARAMETERS_VALUE_TEXT && !memchr(value.val.text.ptr, 0, value.val.text.len)) {
        return tg_take(&value.val.text);
    }
    tollgate_platform_parameters_value_free(&value);
    return NULL;
}
