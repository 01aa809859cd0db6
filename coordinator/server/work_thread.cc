#include "coordinator/server/work_thread.h"

#include <optional>
#include <utility>

#include "common/log/log.h"

namespace doodle {
namespace {

constexpr size_t kLongestQueue = 16384;

}  // namespace

WorkThread::WorkThread(const std::string& name)
    : queue_(kLongestQueue), thread_(name, [this] {
        while (std::optional<absl::AnyInvocable<void()>> work = queue_.Pop()) (*work)();
      }) {}

void WorkThread::Run(absl::AnyInvocable<void()> work) {
  if (!queue_.TryPush(std::move(work))) LogWarning("work dropped: the queue is full or closed");
}

void WorkThread::Stop() {
  queue_.Close();
  thread_.Join();
}

}  // namespace doodle
