// A dispatch worker: the first label of the host is the customer's worker.
#include "tollgate/dispatch.h"

#include <string.h>

static unsigned status(tollgate_kind kind) {
    switch (kind) {
    case TOLLGATE_WORKER_NOT_FOUND:
    case TOLLGATE_INVALID_NAME:
        return 404;
    case TOLLGATE_LIMIT:
        return 429;
    default:
        return 500;
    }
}

// How a customer's worker failed is for the log, which has it, and for no client.
static tollgate_response *failed(unsigned status, const char *message) {
    return tollgate_respond(status, status == 500 ? "the worker failed" : message);
}

tollgate_response *fetch(tollgate_request *request) {
    const char *host = tollgate_split(request->url).host;
    const char *name = tollgate_format("%.*s", (int)strcspn(host, "."), host);
    const tollgate_parameter outbound[] = {
        { "paramCustomerName", tollgate_quoted(name) },
        { "account", "{ \"id\": 7, \"plan\": \"paid\", \"region\": \"eu\" }" },
        { 0 },
    };
    tollgate_error error;
    tollgate_response *response =
        tollgate_dispatch("dispatcher", name, &(tollgate_options){ .outbound = outbound }, request, &error);
    return response ? response : failed(status(error.kind), error.message);
}
