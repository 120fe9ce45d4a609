// What a dispatch worker has beside every worker: customers' workers, by name.
#ifndef TOLLGATE_DISPATCH_H
#define TOLLGATE_DISPATCH_H

#include <stdint.h>

#include "tollgate.h"

// A ceiling, or none.
typedef struct {
    bool given;
    uint64_t most;
} tollgate_ceiling;

#define TOLLGATE_AT_MOST(number) ((tollgate_ceiling){ true, (number) })

// What a dispatch attaches.
typedef struct {
    const char *props;                  // For the worker, as JSON text; null is none.
    const tollgate_parameter *outbound; // For the outbound worker, ended by one without a name; null is none.
    struct {
        tollgate_ceiling cpu_ms;
        tollgate_ceiling wall_ms;
        tollgate_ceiling memory_bytes;
        tollgate_ceiling subrequests;
    } limits;
} tollgate_options;

// Hands a request to a worker of the binding's namespace; null if there is no response. The request that arrived goes
// over as it is, if nothing of it was changed. Without options (null) nothing is attached.
tollgate_response *tollgate_dispatch(const char *binding, const char *name, const tollgate_options *options,
                                     const tollgate_request *request, tollgate_error *error);

// The same in two steps, for a worker that is handed several requests.
typedef struct tollgate_worker tollgate_worker;

// A worker; null if the binding, the name or what is attached is wrong. That it does not exist shows when it is used.
tollgate_worker *tollgate_get(const char *binding, const char *name, const tollgate_options *options,
                              tollgate_error *error);

// Hands it a request; `tollgate_wait` gives the response.
tollgate_pending *tollgate_hand(tollgate_worker *worker, const tollgate_request *request, tollgate_error *error);

#endif
