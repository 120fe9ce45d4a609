// Text as JSON.
#include <stdio.h>
#include <string.h>

#include "internal.h"

// How long the UTF-8 sequence at `at` is; 0 where there is none (the table of RFC 3629, section 4).
static size_t sequence(const unsigned char *at) {
    unsigned char low = 0x80, high = 0xbf;
    size_t more;
    if (at[0] < 0x80) return 1;
    if (at[0] >= 0xc2 && at[0] <= 0xdf) {
        more = 1;
    } else if (at[0] >= 0xe0 && at[0] <= 0xef) {
        more = 2;
        if (at[0] == 0xe0) low = 0xa0;
        if (at[0] == 0xed) high = 0x9f;
    } else if (at[0] >= 0xf0 && at[0] <= 0xf4) {
        more = 3;
        if (at[0] == 0xf0) low = 0x90;
        if (at[0] == 0xf4) high = 0x8f;
    } else {
        return 0;
    }
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i <= more; i++) {
        if (at[i] < 0x80 || at[i] > 0xbf) return 0;
    }
    return more + 1;
}

const char *tollgate_quoted(const char *text) { return tg_quoted(text, strlen(text)); }

const char *tg_quoted(const char *text, size_t length) {
    // A byte becomes six at most: \u0000.
    if (length > TOLLGATE_BODY_BYTES) tollgate_fail("tollgate_quoted: the text is too long");
    char *quoted = tollgate_allocate(6 * length + 3);
    char *to = quoted;
    *to++ = '"';
    const unsigned char *const end = (const unsigned char *)text + length;
    for (const unsigned char *at = (const unsigned char *)text; at < end;) {
        size_t taken = sequence(at);
        if (*at == '"' || *at == '\\') {
            *to++ = '\\';
            *to++ = (char)*at;
        } else if (*at < 0x20) {
            to += sprintf(to, "\\u%04x", *at);
        } else if (taken) {
            memcpy(to, at, taken);
            to += taken;
        } else {
            to = stpcpy(to, "\xef\xbf\xbd");
            taken = 1;
        }
        at += taken;
    }
    *to = '"';
    return quoted;
}
