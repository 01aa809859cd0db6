#include "common/thread/thread.h"

#include <pthread.h>

#include <utility>

namespace doodle {

NamedThread::NamedThread(std::string name, absl::AnyInvocable<void()> body)
    : thread_([thread_name = std::move(name), run = std::move(body)]() mutable {
        pthread_setname_np(pthread_self(), thread_name.substr(0, 15).c_str());
        run();
      }) {}

NamedThread& NamedThread::operator=(NamedThread&& other) noexcept {
  Join();
  thread_ = std::move(other.thread_);
  return *this;
}

NamedThread::~NamedThread() { Join(); }

void NamedThread::Join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace doodle
