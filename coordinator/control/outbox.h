// Ports of the controller: messages to workers, and slow work that must not run under its lock.
#ifndef DOODLE_COORDINATOR_CONTROL_OUTBOX_H_
#define DOODLE_COORDINATOR_CONTROL_OUTBOX_H_

#include <string>

#include "absl/functional/any_invocable.h"
#include "doodle/v1/fleet_service.pb.h"

namespace doodle {

// Messages to one worker arrive in the order of the calls. Neither waits nor calls the controller. A message to an
// incarnation that is not connected is dropped: what matters is sent again when it registers. Thread-safe.
class Outbox {
 public:
  virtual ~Outbox() = default;
  virtual void Send(const std::string& worker, const std::string& incarnation, v1::ConnectResponse message) = 0;
};

// Runs work later, on a thread of its own or when a test says so, in the order of the calls. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void Run(absl::AnyInvocable<void()> work) = 0;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_OUTBOX_H_
