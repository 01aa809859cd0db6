// The streams of the trainers that have dialed the daemon's socket.
#ifndef DOODLE_WORKER_DAEMON_TRAINER_CONNECTIONS_H_
#define DOODLE_WORKER_DAEMON_TRAINER_CONNECTIONS_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "doodle/v1/trainer_service.grpc.pb.h"
#include "worker/daemon/daemon_ports.h"

namespace doodle {

class AttachStream;

// Thread-safe. It must outlive the server that serves its streams.
class TrainerConnections final : public TrainerPort {
 public:
  // Called from gRPC threads. A stream reads its next message only after Resume.
  struct Handlers {
    std::function<void(ConnectionId, v1::AttachRequest)> on_message;
    std::function<void(ConnectionId)> on_end;  // Once, last.
  };
  explicit TrainerConnections(Handlers handlers);
  ~TrainerConnections() override;

  grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>* Open();
  void Send(ConnectionId connection, const v1::AttachResponse& message) override;
  void Resume(ConnectionId connection);
  void Close(ConnectionId connection, const absl::Status& status);  // The trainer sees the stream end with `status`.

 private:
  friend class AttachStream;
  std::shared_ptr<AttachStream> Find(ConnectionId connection) ABSL_LOCKS_EXCLUDED(mu_);
  void Remove(ConnectionId connection) ABSL_LOCKS_EXCLUDED(mu_);

  const Handlers handlers_;
  absl::Mutex mu_;
  ConnectionId last_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<ConnectionId, std::shared_ptr<AttachStream>> streams_ ABSL_GUARDED_BY(mu_);
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_TRAINER_CONNECTIONS_H_
