/* Makes each flush take TANDEM_BENCH_SLOW_FLUSH microseconds longer: cc -shared -fPIC -o slow-flush.so slow-flush.c -ldl; LD_PRELOAD=… */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
static int flush(const char *name, int fd) {
    const char *delay = getenv("TANDEM_BENCH_SLOW_FLUSH");
    if (delay) usleep((useconds_t)atoi(delay));
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}
int fsync(int fd) { return flush("fsync", fd); }
int fdatasync(int fd) { return flush("fdatasync", fd); }
