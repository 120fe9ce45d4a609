// What an outbound worker has beside every worker: the parameters of the dispatch.
#ifndef TOLLGATE_OUTBOUND_H
#define TOLLGATE_OUTBOUND_H

#include "tollgate.h"
#include "worker.h" // The bindings, with a function for each typed parameter of the project's WIT.

// All parameters under the names that the binding declares, ended by one without a name.
const tollgate_parameter *tollgate_parameters(void);

// A parameter as JSON text; null where none is declared so. `customer_name` and `customer-name` are one name.
const char *tollgate_parameter_json(const char *name);

// A parameter that is text; null where there is none, it is something else, or has U+0000 in it.
const char *tollgate_parameter_text(const char *name);

// A string that one of the bindings' functions gave, as C has it. The bindings' own is freed.
const char *tollgate_take(worker_string_t *string);

#endif
