// Makes calls of a process fail: an LD_PRELOAD library, because it needs no privilege and counts over all threads.
//
// FAULT_CALLS   `read`, or `write`: also growing and creating files, or `sync`
// FAULT_PATHS   patterns of absolute paths, with `:` between them
// FAULT_NTH     which matching call fails, from 1; 0 for each
// FAULT_STICKY  if set, later calls on the bytes of the one that failed fail too, as they do on a bad sector
// FAULT_ERRNO   the number of the error
// FAULT_WHILE   the library does nothing unless this file exists
// FAULT_LOG     a line once the library is loaded, and one for each call that failed
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *calls, *paths, *control, *record;
static int nth, sticky, number;
static atomic_int counted;
static char bad_path[4096];
static atomic_llong bad_from = -1, bad_to = -1;

static void note(const char *call, const char *path, long long from);

__attribute__((constructor)) static void configure(void) {
    calls = getenv("FAULT_CALLS");
    paths = getenv("FAULT_PATHS");
    control = getenv("FAULT_WHILE");
    record = getenv("FAULT_LOG");
    sticky = getenv("FAULT_STICKY") != NULL;
    nth = getenv("FAULT_NTH") ? atoi(getenv("FAULT_NTH")) : 0;
    number = getenv("FAULT_ERRNO") ? atoi(getenv("FAULT_ERRNO")) : EIO;
    note("loaded", "", 0);
}

static int matches(const char *path) {
    char list[65536], *rest = list, *one;
    if (strlen(paths) >= sizeof list) abort();
    strcpy(list, paths);
    while ((one = strsep(&rest, ":")))
        if (!fnmatch(one, path, 0)) return 1;
    return 0;
}

static void note(const char *call, const char *path, long long from) {
    char line[4400];
    int length = snprintf(line, sizeof line, "%s %s at %lld\n", call, path, from);
    int file = record ? (int)syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0) return;
    syscall(SYS_write, file, line, (size_t)length);
    syscall(SYS_close, file);
}

// Whether this call fails. `from` and `size` are the bytes that it is about.
static int fails(const char *kind, const char *call, const char *path, long long from, long long size) {
    if (!calls || !paths || strcmp(kind, calls)) return 0;
    if (control && syscall(SYS_faccessat, AT_FDCWD, control, F_OK)) return 0;
    if (!matches(path)) return 0;
    int again = sticky && bad_from >= 0 && from < bad_to && from + size > bad_from && !strcmp(path, bad_path);
    int now = atomic_fetch_add(&counted, 1) + 1;
    if (!again && nth && now != nth) return 0;
    if (sticky && !again) {
        strncpy(bad_path, path, sizeof bad_path - 1);
        bad_to = from + (size < 512 ? size : 512);
        bad_from = from;
    }
    note(call, path, from);
    errno = number;
    return 1;
}

static int fails_on(const char *kind, const char *call, int file, long long from, long long size) {
    char link[64], path[4096];
    if (!calls || strcmp(kind, calls)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return fails(kind, call, path, from < 0 ? lseek(file, 0, SEEK_CUR) : from, size);
}

#define WRAPPED(result, name, kind, from, size, parameters, arguments)                \
    result name parameters {                                                          \
        static result(*next) parameters;                                              \
        if (!next) next = (result(*) parameters)dlsym(RTLD_NEXT, #name);              \
        return fails_on(kind, #name, file, from, (long long)(size)) ? -1 : next arguments; \
    }

typedef const struct iovec *Vectors;
WRAPPED(ssize_t, read, "read", -1, size, (int file, void *to, size_t size), (file, to, size))
WRAPPED(ssize_t, readv, "read", -1, 1, (int file, Vectors to, int count), (file, to, count))
WRAPPED(ssize_t, pread, "read", at, size, (int file, void *to, size_t size, off_t at), (file, to, size, at))
WRAPPED(ssize_t, pread64, "read", at, size, (int file, void *to, size_t size, off64_t at), (file, to, size, at))
WRAPPED(ssize_t, write, "write", -1, size, (int file, const void *of, size_t size), (file, of, size))
WRAPPED(ssize_t, writev, "write", -1, 1, (int file, Vectors of, int count), (file, of, count))
WRAPPED(ssize_t, pwrite, "write", at, size, (int file, const void *of, size_t size, off_t at), (file, of, size, at))
WRAPPED(ssize_t, pwrite64, "write", at, size, (int file, const void *of, size_t size, off64_t at), (file, of, size, at))
WRAPPED(int, ftruncate, "write", 0, size, (int file, off_t size), (file, size))
WRAPPED(int, ftruncate64, "write", 0, size, (int file, off64_t size), (file, size))
WRAPPED(int, fallocate, "write", at, size, (int file, int mode, off_t at, off_t size), (file, mode, at, size))
WRAPPED(int, fallocate64, "write", at, size, (int file, int mode, off64_t at, off64_t size), (file, mode, at, size))
WRAPPED(int, fsync, "sync", 0, 0, (int file), (file))
WRAPPED(int, fdatasync, "sync", 0, 0, (int file), (file))

// Only a call that may create a file fails, or one that may write where the file system is read-only.
static int refuses(const char *call, const char *path, int flags) {
    int asks = flags & O_CREAT || (number == EROFS && (flags & O_ACCMODE) != O_RDONLY);
    char full[4096];
    if (!asks || !calls) return 0;
    if (path[0] == '/') return fails("write", call, path, 0, 0);
    if (!getcwd(full, sizeof full - strlen(path) - 2)) return 0;
    strcat(strcat(full, "/"), path);
    return fails("write", call, full, 0, 0);
}

#define OPENED(name)                                                                  \
    int name(const char *path, int flags, ...) {                                      \
        static int (*next)(const char *, int, ...);                                   \
        va_list more;                                                                 \
        va_start(more, flags);                                                        \
        unsigned mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, unsigned) : 0;   \
        va_end(more);                                                                 \
        if (!next) next = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name);   \
        return refuses(#name, path, flags) ? -1 : next(path, flags, mode);            \
    }

OPENED(open)
OPENED(open64)
