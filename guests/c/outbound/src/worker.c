// An outbound worker: receives what customers' workers fetch. Here it answers by itself, and says for whom.
#include "tollgate/outbound.h"

#include <inttypes.h>
#include <string.h>

// Typed by wit/outbound.wit, of which these functions are made; the types are checked when this worker is deployed.
static const char *customer(void) {
    worker_string_t name;
    example_outbound_parameters_param_customer_name(&name);
    return tollgate_take(&name);
}

static const char *described(void) {
    example_outbound_parameters_subscription_t account;
    if (!example_outbound_parameters_account(&account)) return "no account";
    const char *plan = account.plan == EXAMPLE_OUTBOUND_PARAMETERS_PLAN_PAID ? "paid" : "free";
    const char *region = account.region.is_some ? tollgate_take(&account.region.val) : "-";
    return tollgate_format("account %" PRIu64 " %s %s", account.id, plan, region);
}

tollgate_response *fetch(tollgate_request *request) {
    if (strcmp(tollgate_split(request->url).path, "/account") == 0) return tollgate_respond(200, described());
    return tollgate_respond(200, tollgate_format("intercepted a request for %s by the outbound", customer()));
}
