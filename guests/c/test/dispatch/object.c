// Cuts a JSON object into its members, without a look into the values: the host has the last word on those.
#include "object.h"

#include <string.h>

static const char *blank(const char *at) { return at + strspn(at, " \t\r\n"); }

// Behind the string that begins at `at`.
static const char *string(const char *at) {
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1]) at++;
    }
    return *at ? at + 1 : at;
}

// Behind the value that begins at `at`: at the comma or brace that ends it.
static const char *value(const char *at) {
    for (int depth = 0; *at;) {
        if (*at == '"') {
            at = string(at);
            continue;
        }
        if (depth == 0 && (*at == ',' || *at == '}')) break;
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    }
    return at;
}

tollgate_parameter *object(const char *json) {
    size_t most = 1;
    for (const char *at = json; *at; at++) most += *at == ':';
    tollgate_parameter *members = tollgate_allocate(most * sizeof *members);
    const char *at = blank(json);
    if (*at != '{') return members;
    for (size_t count = 0; *(at = blank(at + 1)) == '"'; count++) {
        const char *name = at + 1;
        at = string(at);
        const int length = (int)(at - name - 1);
        at = blank(at);
        if (*at != ':') break;
        const char *begin = blank(at + 1);
        at = value(begin);
        members[count] = (tollgate_parameter){
            tollgate_format("%.*s", length, name),
            tollgate_format("%.*s", (int)(at - begin), begin),
        };
        if (*at != ',') break;
    }
    return members;
}
