// The key-value store in which the ranks of a generation meet. In memory: a generation that did not form is never
// revived, so nothing here needs to outlive the process.
#ifndef DOODLE_COORDINATOR_CONTROL_RENDEZVOUS_STORE_H_
#define DOODLE_COORDINATOR_CONTROL_RENDEZVOUS_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace doodle {

// A full mesh of 1024 ranks keeps an address of about 150 bytes for each pair: 150 MiB.
inline constexpr size_t kMaxRendezvousKey = 1024;        // Bytes.
inline constexpr size_t kMaxRendezvousValue = 1 << 20;   // Bytes.
inline constexpr size_t kMaxRendezvousKeys = 65536;      // Per prefix.
inline constexpr size_t kMaxRendezvousBytes = 1 << 28;   // Of the keys and values of a prefix.
inline constexpr size_t kMaxRendezvousWaitKeys = 4096;   // Of one wait.
inline constexpr size_t kMaxRendezvousAnswer = 1 << 23;  // Bytes of the values that one wait asks for.
inline constexpr size_t kMaxRendezvousWaiters = 4096;    // Per prefix, at a time.

// Every prefix but the open ones is superseded: calls on it fail with ABORTED. Callbacks run without the lock, on the
// thread whose call completed them. Thread-safe.
class RendezvousStore {
 public:
  // The values in the order of the keys.
  using WaitCallback = absl::AnyInvocable<void(absl::StatusOr<std::vector<std::string>>)>;

  explicit RendezvousStore(Clock& clock) : clock_(clock) {}

  void Open(const std::string& prefix) ABSL_LOCKS_EXCLUDED(mu_);

  // Drops the prefix. The returned call tells its waiters; the caller makes it when it holds no lock.
  [[nodiscard]] absl::AnyInvocable<void()> Close(const std::string& prefix) ABSL_LOCKS_EXCLUDED(mu_);

  // INVALID_ARGUMENT names the field of a key that is too long; RESOURCE_EXHAUSTED when the value or the prefix would
  // be too large. A refused call changes nothing. A key that is set again takes the place of its value only.
  absl::Status Set(const std::string& prefix, const std::string& key, std::string value) ABSL_LOCKS_EXCLUDED(mu_);

  // DEADLINE_EXCEEDED names the missing keys; at most 30 s. INVALID_ARGUMENT names the field of too many or too long
  // keys; RESOURCE_EXHAUSTED when too many wait or the values are too large for one answer.
  void Wait(const std::string& prefix, std::vector<std::string> keys, absl::Duration timeout, WaitCallback callback)
      ABSL_LOCKS_EXCLUDED(mu_);

  void Tick() ABSL_LOCKS_EXCLUDED(mu_);  // Ends the waits whose time is over.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);  // Ends every wait, and those to come, with CANCELLED.

 private:
  struct Waiter {
    std::vector<std::string> keys;
    absl::Duration deadline;
    WaitCallback callback;
  };
  struct Space {
    std::map<std::string, std::string> values;
    size_t bytes = 0;  // Of the keys and values.
    std::vector<Waiter> waiters;
  };
  struct Completed {
    WaitCallback callback;
    absl::StatusOr<std::vector<std::string>> result;
  };

  static std::vector<std::string> MissingKeys(const Space& space, const std::vector<std::string>& keys);
  static absl::Status CheckRoom(const Space& space, const std::string& key, const std::string& value);
  static absl::StatusOr<std::vector<std::string>> ValuesOf(const Space& space, const std::vector<std::string>& keys);
  static void Call(std::vector<Completed> completed);

  Clock& clock_;
  absl::Mutex mu_;
  std::map<std::string, Space> spaces_ ABSL_GUARDED_BY(mu_);
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_RENDEZVOUS_STORE_H_
