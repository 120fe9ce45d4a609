// A dispatch worker: the first label of the host is the customer's worker.
#include "tollgate/dispatch.h"

#include <stdio.h>
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

// What went wrong is for the log, and for no client.
static tollgate_response *failed(unsigned status, const char *message) {
    if (status != 500) {
        return tollgate_respond(status, message);
    }
    fprintf(stderr, "%s\n", message);
    return tollgate_respond(status, "the worker failed");
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
