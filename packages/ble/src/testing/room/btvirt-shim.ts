// What BlueZ's controller emulator needs to run anywhere, as a small library loaded before it: sockets in a folder of the
// room's own (it has fixed paths under /tmp, so that there would be one room a machine), and no cipher of the kernel's
// (many kernels come without AF_ALG; the emulator asks for it, and uses it for nothing that a host stack of ours asks of it).
// Compiled by tcc, without headers, so that no compiler suite has to be installed.

export const btvirtShim = `
int open(const char *path, int flags, ...);
char *getenv(const char *name);
void *dlsym(void *handle, const char *symbol);
int snprintf(char *out, unsigned long size, const char *format, ...);
int strncmp(const char *a, const char *b, unsigned long length);

#define NEXT ((void *)-1L)
#define AF_UNIX 1
#define AF_ALG 38
#define READ_WRITE_CLOSE_ON_EXEC 02000002

static const char fixed[] = "/tmp/bt-server-";
struct address { unsigned short family; char path[108]; };

static const char *inRoom(const char *path, char *out) {
  if (strncmp(path, fixed, sizeof fixed - 1) != 0) return path;
  snprintf(out, 108, "%s/%s", getenv("RADIO_ROOM"), path + sizeof fixed - 1);
  return out;
}
int socket(int domain, int type, int protocol) {
  if (domain == AF_ALG) return open("/dev/null", READ_WRITE_CLOSE_ON_EXEC);
  return ((int (*)(int, int, int))dlsym(NEXT, "socket"))(domain, type, protocol);
}
int bind(int fd, const struct address *address, unsigned int length) {
  struct address moved;
  if (address->family == AF_ALG) return 0;
  if (address->family == AF_UNIX && inRoom(address->path, moved.path) == moved.path) {
    moved.family = AF_UNIX;
    address = &moved;
    length = sizeof moved;
  }
  return ((int (*)(int, const struct address *, unsigned int))dlsym(NEXT, "bind"))(fd, address, length);
}
int unlink(const char *path) {
  char moved[108];
  return ((int (*)(const char *))dlsym(NEXT, "unlink"))(inRoom(path, moved));
}
`;
