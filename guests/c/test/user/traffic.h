// What an ordinary worker does with requests and bodies.
#include "tollgate.h"

// The response to a request, or one of status 599 that names the error.
tollgate_response *caught(const tollgate_request *request);

// Fetches what `x-target-url` says, with the inbound method, headers and body. With `x-service` it goes through that
// binding.
tollgate_response *target(const tollgate_request *request);

// Fetches `x-target-url` so many times, one after another or all at once.
tollgate_response *many(const tollgate_request *request, unsigned long count, bool parallel);

// Answers first, and fetches when the answer is out.
tollgate_response *background(const tollgate_request *request);

// The same, asked for by a body while it is made.
tollgate_response *made_background(const tollgate_request *request);

// A body of so many bytes, made as it goes.
tollgate_response *stream(size_t bytes);

// Reads the body and says how long it was, with its FNV-1a.
tollgate_response *sink(tollgate_request *request);
