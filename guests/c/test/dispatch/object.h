// A JSON object, as far as a dispatch needs it: names, and the values as they are written.
#include "tollgate.h"

// Its members, ended by one without a name; none where the text is no object. Names have no escapes.
tollgate_parameter *object(const char *json);
