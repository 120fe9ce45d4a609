// What a worker was given: variables, secrets and props.
#include "internal.h"

const char *tollgate_variable(const char *name) {
    worker_string_t key = tg_lend(name);
    worker_option_string_t value;
    wasi_config_store_error_t error;
    if (!wasi_config_store_get(&key, &value, &error)) {
        wasi_config_store_error_free(&error);
        return NULL;
    }
    return value.is_some ? tg_take(&value.val) : NULL;
}

const char *tollgate_props(void) {
    worker_string_t props;
    tollgate_platform_invocation_props(&props);
    return tg_take(&props);
}
