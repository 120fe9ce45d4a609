// A customer's worker: says what it got when it fetched a page.
#include "tollgate.h"

tollgate_response *fetch(tollgate_request *) {
    tollgate_error error;
    tollgate_response *response = tollgate_send(&(tollgate_request){ .url = "https://example.com" }, &error);
    const char *text = response ? tollgate_read(&response->body, &error) : NULL;
    if (!text) return tollgate_failed(&error);
    return tollgate_respond(200, tollgate_format("user worker got %s from fetch", tollgate_quoted(text)));
}
