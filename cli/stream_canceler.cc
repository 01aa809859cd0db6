#include "cli/stream_canceler.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace doodle {

StreamCanceler::StreamCanceler(grpc::ClientContext& context, int interrupt_fd)
    : done_(eventfd(0, EFD_CLOEXEC)), watcher_("interrupt", [&context, interrupt_fd, done = done_] {
        pollfd entries[2] = {{interrupt_fd, POLLIN, 0}, {done, POLLIN, 0}};
        while (poll(entries, 2, -1) < 0) {
        }
        if (entries[0].revents != 0) context.TryCancel();
      }) {}

StreamCanceler::~StreamCanceler() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(done_, &one, sizeof(one));
  watcher_.Join();
  close(done_);
}

}  // namespace doodle
