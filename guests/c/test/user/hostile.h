// What no worker should do.
#include "tollgate.h"

// Uses CPU time, and never returns.
_Noreturn void spin(void);

// Sends part of a body, fetches `x-target-url`, then does what `then` says: traps, spins or sleeps.
tollgate_response *mid_body(const tollgate_request *request, const char *then);

// Sends part of a request body, then traps.
tollgate_response *trap_mid_request(const tollgate_request *request);
