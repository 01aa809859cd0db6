#include "worker/daemon/trainer_connections.h"

#include <utility>

#include "common/rpc/status_conversion.h"
#include "worker/daemon/message_writer.h"

namespace doodle {

// One trainer's stream. Lives until gRPC is done with it and nobody sends through it.
class AttachStream final : public grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse> {
 public:
  AttachStream(TrainerConnections& connections, ConnectionId id)
      : connections_(connections),
        id_(id),
        writer_([this](const v1::AttachResponse* message) { StartWrite(message); }, [this] { FinishNow(); }) {}

  void Send(const v1::AttachResponse& message) { writer_.Send(message); }

  void Resume() {
    // A read must not begin once the stream may be finished, hence under the lock that Close takes first.
    absl::MutexLock lock(&mu_);
    if (!closed_) StartRead(&request_);
  }

  void Close(const absl::Status& status) {
    {
      absl::MutexLock lock(&mu_);
      if (closed_) return;
      closed_ = true;
      status_ = status;
    }
    writer_.Close(/*drain=*/true);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return Close(absl::OkStatus());  // The trainer has said all it had to say, or is gone.
    connections_.handlers_.on_message(id_, std::move(request_));
  }
  void OnWriteDone(bool ok) override { writer_.OnWriteDone(ok); }
  void OnCancel() override { Close(absl::CancelledError("the stream was cancelled")); }
  void OnDone() override {
    connections_.handlers_.on_end(id_);
    connections_.Remove(id_);  // Last: it may destroy this.
  }

  void FinishNow() {
    absl::Status status;
    {
      absl::MutexLock lock(&mu_);
      status = status_;
    }
    Finish(ToGrpcStatus(status));
  }

  TrainerConnections& connections_;
  const ConnectionId id_;
  v1::AttachRequest request_;  // Of the read under way.
  MessageWriter<v1::AttachResponse> writer_;
  absl::Mutex mu_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mu_);
};

TrainerConnections::TrainerConnections(Handlers handlers) : handlers_(std::move(handlers)) {}

TrainerConnections::~TrainerConnections() = default;

grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>* TrainerConnections::Open() {
  std::shared_ptr<AttachStream> stream;
  {
    absl::MutexLock lock(&mu_);
    stream = std::make_shared<AttachStream>(*this, ++last_);
    streams_[last_] = stream;
  }
  stream->Resume();
  return stream.get();
}

std::shared_ptr<AttachStream> TrainerConnections::Find(ConnectionId connection) {
  absl::MutexLock lock(&mu_);
  const auto found = streams_.find(connection);
  return found == streams_.end() ? nullptr : found->second;
}

void TrainerConnections::Remove(ConnectionId connection) {
  std::shared_ptr<AttachStream> removed;  // Destroyed without the lock.
  absl::MutexLock lock(&mu_);
  const auto found = streams_.find(connection);
  if (found == streams_.end()) return;
  removed = std::move(found->second);
  streams_.erase(found);
}

void TrainerConnections::Send(ConnectionId connection, const v1::AttachResponse& message) {
  if (const auto stream = Find(connection)) stream->Send(message);
}

void TrainerConnections::Resume(ConnectionId connection) {
  if (const auto stream = Find(connection)) stream->Resume();
}

void TrainerConnections::Close(ConnectionId connection, const absl::Status& status) {
  if (const auto stream = Find(connection)) stream->Close(status);
}

}  // namespace doodle
