// A named thread that is joined by its owner.
#ifndef DOODLE_COMMON_THREAD_THREAD_H_
#define DOODLE_COMMON_THREAD_THREAD_H_

#include <string>
#include <thread>

#include "absl/functional/any_invocable.h"

namespace doodle {

// Runs `body` on a thread that shows as `name` (at most 15 characters) in ps and gdb. Joined by Join() or by the
// destructor; the owner must have told the body to end before. Thread-compatible.
class NamedThread {
 public:
  NamedThread() = default;
  NamedThread(std::string name, absl::AnyInvocable<void()> body);
  NamedThread(NamedThread&&) = default;
  NamedThread& operator=(NamedThread&& other) noexcept;
  ~NamedThread();

  void Join();

 private:
  std::thread thread_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_THREAD_THREAD_H_
