// The streams of the worker daemons, and the controller's outbox into them.
//
// One stream, by number:
//   1 OnReadDone   Register is checked, the stream is entered here, the controller answers through the outbox; a later
//                  Register must have the same identity
//   2 OnReadDone   every further message is handed to its verb before the next is read: reports stay in order
//   3 Push         what the controller sends is written one by one from a bounded queue
//   4 End          an error of Register, the client's end, a stop of the coordinator or a full queue; the controller
//                  hears of it only when no newer stream of the same incarnation has taken the place
#ifndef DOODLE_COORDINATOR_SERVICE_FLEET_STREAMS_H_
#define DOODLE_COORDINATOR_SERVICE_FLEET_STREAMS_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/control/controller.h"
#include "coordinator/control/outbox.h"
#include "doodle/v1/fleet_service.grpc.pb.h"

namespace doodle {

class FleetStream;

// Shared by a stream and the map; the stream may be gone. `stream->link_` is this link, so that whoever holds `mu` here
// holds the stream's; AssertHeld says that to the compiler.
struct FleetLink {
  absl::Mutex mu;
  FleetStream* stream ABSL_GUARDED_BY(mu) = nullptr;  // Null once the stream is done.
};

// Thread-safe.
class FleetStreams final : public Outbox {
 public:
  void Send(const std::string& worker, const std::string& incarnation, v1::ConnectResponse message) override;

  void Enter(const std::string& worker, const std::string& incarnation, std::shared_ptr<FleetLink> link)
      ABSL_LOCKS_EXCLUDED(mu_);
  // True when `link` was the newest stream of the incarnation.
  bool Leave(const std::string& worker, const std::string& incarnation, const std::shared_ptr<FleetLink>& link)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Ends every stream with UNAVAILABLE: the workers come back to the next coordinator.
  void EndAll() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  absl::Mutex mu_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<FleetLink>> streams_ ABSL_GUARDED_BY(mu_);
};

// Deletes itself in OnDone.
class FleetStream final : public grpc::ServerBidiReactor<v1::ConnectRequest, v1::ConnectResponse> {
 public:
  FleetStream(Controller& controller, FleetStreams& streams);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  friend class FleetStreams;

  absl::Status Handle();
  absl::Status Register(const v1::Register& message);
  absl::Status CheckIdentity(const v1::Register& message) const;
  void Push(v1::ConnectResponse message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);

  Controller& controller_;
  FleetStreams& streams_;
  const std::shared_ptr<FleetLink> link_;
  v1::ConnectRequest request_;  // Of the read under way.
  std::string worker_;          // Empty until registered; set by the reading side only.
  std::string incarnation_;
  std::deque<v1::ConnectResponse> queue_ ABSL_GUARDED_BY(link_->mu);  // The first is being written.
  bool finished_ ABSL_GUARDED_BY(link_->mu) = false;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_FLEET_STREAMS_H_
