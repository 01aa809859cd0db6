#include "coordinator/service/fleet_streams.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/names.h"
#include "common/log/log.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kLongestQueue = 4096;
constexpr uint32_t kMostSlots = 1024;
// The coordinator goes on counting from the greatest it is told, and the ledger's integers are signed.
constexpr uint64_t kMaxGeneration = uint64_t{1} << 62;

absl::Status CheckRegister(const v1::Register& message) {
  DOODLE_RETURN_IF_ERROR(ValidateName("register.worker_id", message.worker_id()));
  DOODLE_RETURN_IF_ERROR(ValidateName("register.incarnation", message.incarnation()));
  if (message.slots() == 0 || message.slots() > kMostSlots) {
    return InvalidField("register.slots", absl::StrCat("must be 1 to ", kMostSlots));
  }
  for (const v1::RunningTrainer& trainer : message.running()) {
    if (trainer.slot() >= message.slots()) return InvalidField("register.running.slot", "must be below slots");
    DOODLE_RETURN_IF_ERROR(ValidateName("register.running.job", trainer.job()));
    if (trainer.generation() == 0 || trainer.generation() > kMaxGeneration) {
      return InvalidField("register.running.generation", absl::StrCat("must be 1 to ", kMaxGeneration));
    }
  }
  return absl::OkStatus();
}

}  // namespace

void FleetStreams::Send(const std::string& worker, const std::string& incarnation, v1::ConnectResponse message) {
  std::shared_ptr<FleetLink> link;
  {
    absl::MutexLock lock(&mu_);
    const auto found = streams_.find({worker, incarnation});
    if (found == streams_.end()) return;
    link = found->second;
  }
  absl::MutexLock lock(&link->mu);
  if (link->stream == nullptr) return;
  link->stream->link_->mu.AssertHeld();
  link->stream->Push(std::move(message));
}

void FleetStreams::Enter(const std::string& worker, const std::string& incarnation, std::shared_ptr<FleetLink> link) {
  absl::MutexLock lock(&mu_);
  streams_[{worker, incarnation}] = std::move(link);
}

bool FleetStreams::Leave(const std::string& worker, const std::string& incarnation,
                         const std::shared_ptr<FleetLink>& link) {
  absl::MutexLock lock(&mu_);
  const auto found = streams_.find({worker, incarnation});
  if (found == streams_.end() || found->second != link) return false;
  streams_.erase(found);
  return true;
}

void FleetStreams::EndAll() {
  std::vector<std::shared_ptr<FleetLink>> links;
  {
    absl::MutexLock lock(&mu_);
    for (const auto& [key, link] : streams_) links.push_back(link);
  }
  for (const std::shared_ptr<FleetLink>& link : links) {
    absl::MutexLock lock(&link->mu);
    if (link->stream == nullptr) continue;
    link->stream->link_->mu.AssertHeld();
    link->stream->End(absl::UnavailableError("the coordinator is stopping"));
  }
}

FleetStream::FleetStream(Controller& controller, FleetStreams& streams)
    : controller_(controller), streams_(streams), link_(std::make_shared<FleetLink>()) {
  {
    absl::MutexLock lock(&link_->mu);
    link_->stream = this;
  }
  StartRead(&request_);
}

void FleetStream::OnReadDone(bool ok) {
  absl::Status status = absl::OkStatus();
  if (ok) status = Handle();
  absl::MutexLock lock(&link_->mu);
  if (!ok || !status.ok()) {
    End(status);
  } else if (!finished_) {
    StartRead(&request_);
  }
}

absl::Status FleetStream::Handle() {
  if (request_.has_register_()) return Register(request_.register_());
  if (worker_.empty()) return absl::FailedPreconditionError("the first message must be register");
  switch (request_.message_case()) {
    case v1::ConnectRequest::kHeartbeat:
      controller_.Heartbeat(worker_, incarnation_, request_.heartbeat());
      return absl::OkStatus();
    case v1::ConnectRequest::kTrainerExited:
      controller_.TrainerExited(worker_, request_.trainer_exited());
      return absl::OkStatus();
    case v1::ConnectRequest::kReport:
      controller_.Report(worker_, incarnation_, request_.report());
      return absl::OkStatus();
    default:
      return absl::InvalidArgumentError("an empty message");
  }
}

absl::Status FleetStream::Register(const v1::Register& message) {
  DOODLE_RETURN_IF_ERROR(CheckRegister(message));
  DOODLE_RETURN_IF_ERROR(CheckIdentity(message));
  // Before the controller answers into it.
  streams_.Enter(message.worker_id(), message.incarnation(), link_);
  absl::Status registered = controller_.Register(message);
  if (!registered.ok()) {
    streams_.Leave(message.worker_id(), message.incarnation(), link_);
    LogWarning("worker refused", {{"worker", message.worker_id()}, {"error", std::string(registered.message())}});
    return registered;
  }
  worker_ = message.worker_id();
  incarnation_ = message.incarnation();
  return absl::OkStatus();
}

// A daemon registers again on its stream when it is asked to, and stays who it is: under another name the first one
// would stay entered, and its trainers would be this stream's.
absl::Status FleetStream::CheckIdentity(const v1::Register& message) const {
  if (worker_.empty()) return absl::OkStatus();
  if (message.worker_id() != worker_) return InvalidField("register.worker_id", "must stay the same on a stream");
  if (message.incarnation() != incarnation_) {
    return InvalidField("register.incarnation", "must stay the same on a stream");
  }
  return absl::OkStatus();
}

void FleetStream::Push(v1::ConnectResponse message) {
  if (finished_) return;
  if (queue_.size() >= kLongestQueue) {
    End(absl::ResourceExhaustedError("the worker does not read"));
    return;
  }
  queue_.push_back(std::move(message));
  if (queue_.size() == 1) StartWrite(&queue_.front());
}

void FleetStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&link_->mu);
  if (!ok) {
    End(absl::UnavailableError("the worker is gone"));
    return;
  }
  queue_.pop_front();
  if (!queue_.empty() && !finished_) StartWrite(&queue_.front());
}

void FleetStream::OnCancel() {
  absl::MutexLock lock(&link_->mu);
  End(absl::CancelledError("the worker is gone"));
}

void FleetStream::End(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  Finish(ToGrpcStatus(status));
}

void FleetStream::OnDone() {
  const std::shared_ptr<FleetLink> link = link_;
  {
    absl::MutexLock lock(&link->mu);
    link->stream = nullptr;
  }
  if (!worker_.empty() && streams_.Leave(worker_, incarnation_, link)) controller_.Disconnected(worker_, incarnation_);
  delete this;
}

}  // namespace doodle
