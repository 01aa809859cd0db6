#include "worker/daemon/event_inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace doodle {

EventInbox::EventInbox() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

EventInbox::~EventInbox() { close(descriptor_); }

void EventInbox::Post(Event event) {
  {
    absl::MutexLock lock(&mu_);
    events_.push_back(std::move(event));
  }
  eventfd_write(descriptor_, 1);
}

std::vector<Event> EventInbox::Take() {
  eventfd_t count = 0;
  eventfd_read(descriptor_, &count);
  absl::MutexLock lock(&mu_);
  return std::exchange(events_, {});
}

}  // namespace doodle
