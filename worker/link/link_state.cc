#include "worker/link/link_state.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "worker/link/assignment_conversion.h"

namespace doodle {

namespace {

v1::TrainerActivity ToProto(const Activity& activity) {
  v1::TrainerActivity message;
  message.set_generation(activity.generation);
  message.set_sequence(activity.sequence);
  message.set_steps(activity.steps);
  message.set_phase(static_cast<uint32_t>(activity.phase));
  message.set_step_p99_seconds(absl::ToDoubleSeconds(activity.step_p99));
  return message;
}

}  // namespace

absl::StatusOr<TrainerAssignment> LinkState::AwaitAssignment(uint64_t above, absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  const auto arrived = [&]()
                           ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return lost_ || leave_ || newest_generation_ > above; };
  if (!clock_.AwaitUntil(mu_, absl::Condition(&arrived), clock_.SteadyNow() + timeout)) {
    return absl::DeadlineExceededError(absl::StrCat("no assignment of a generation above ", above));
  }
  if (lost_) return absl::UnavailableError("the daemon is gone");
  if (leave_) return absl::CancelledError("the daemon asked this trainer to leave");
  if (newest_.ok()) {
    current_ = *newest_;
  } else {
    current_.gang = newest_sender_;
  }
  return newest_;
}

TrainerAssignment LinkState::Current() const {
  absl::MutexLock lock(&mu_);
  return current_;
}

uint64_t LinkState::NewestGeneration() const {
  absl::MutexLock lock(&mu_);
  return newest_generation_;
}

bool LinkState::LeaveRequested() const {
  absl::MutexLock lock(&mu_);
  return leave_;
}

uint64_t LinkState::Enqueue(v1::TrainerReport report, Delivery delivery) {
  report.set_job(current_.gang.job);
  report.set_generation(current_.gang.generation);
  report.set_rank(current_.gang.rank);
  report.set_sequence(++sequence_);
  if (report.has_progress()) next_step_ = report.progress().next_step();
  if (delivery == Delivery::kAcknowledged) unacknowledged_[sequence_] = current_.gang.generation;
  if (delivery == Delivery::kDroppable && queue_.size() >= kMaxQueued) return sequence_;
  queue_.push_back(std::move(report));
  return sequence_;
}

void LinkState::Report(v1::TrainerReport report, Delivery delivery) {
  absl::MutexLock lock(&mu_);
  Enqueue(std::move(report), delivery);
}

absl::StatusOr<v1::ReportAck> LinkState::ReportAndWait(v1::TrainerReport report, absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  const uint64_t own = current_.gang.generation;
  const uint64_t sequence = Enqueue(std::move(report), Delivery::kSent);
  std::optional<v1::ReportAck>& ack = waits_[sequence];  // Stays in place while other waits come and go.
  const auto answered = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return lost_ || ack.has_value() || newest_generation_ > own;
  };
  const bool in_time = clock_.AwaitUntil(mu_, absl::Condition(&answered), clock_.SteadyNow() + timeout);
  const std::optional<v1::ReportAck> answer = std::move(ack);
  waits_.erase(sequence);
  if (!in_time) return absl::DeadlineExceededError("the coordinator did not acknowledge the report");
  if (answer && !answer->refused()) return *answer;
  if (answer) return absl::AbortedError(absl::StrCat("generation ", own, ": the coordinator refused the report"));
  if (lost_) return absl::UnavailableError("the daemon is gone");
  return absl::AbortedError(absl::StrCat("generation ", own, " is superseded by ", newest_generation_));
}

absl::Status LinkState::Flush(absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  const uint64_t last = sequence_;
  const auto flushed = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return lost_ || unacknowledged_.empty() || unacknowledged_.begin()->first > last;
  };
  if (!clock_.AwaitUntil(mu_, absl::Condition(&flushed), clock_.SteadyNow() + timeout)) {
    return absl::DeadlineExceededError(absl::StrCat(unacknowledged_.size(), " reports are not acknowledged"));
  }
  if (lost_) return absl::UnavailableError("the daemon is gone");
  const uint64_t own = current_.gang.generation;
  if (std::exchange(refused_generation_, std::nullopt) != own) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("generation ", own, ": the coordinator refused a report"));
}

void LinkState::OnNewGeneration(std::function<void(uint64_t generation)> callback) {
  absl::MutexLock lock(&mu_);
  on_new_generation_ = std::move(callback);
}

std::optional<v1::AttachRequest> LinkState::NextRequest() {
  absl::MutexLock lock(&mu_);
  const auto due = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return lost_ || stopping_ || !queue_.empty(); };
  clock_.AwaitUntil(mu_, absl::Condition(&due), next_heartbeat_);
  v1::AttachRequest request;
  // Heartbeats come first, so that a long queue does not look like silence.
  const absl::Duration now = clock_.SteadyNow();
  if (!stopping_ && !lost_ && (queue_.empty() || now >= next_heartbeat_)) {
    next_heartbeat_ = now + HeartbeatInterval();
    request.mutable_heartbeat()->set_next_step(next_step_);
    if (board_ != nullptr) *request.mutable_heartbeat()->mutable_activity() = ToProto(board_->Read());
    return request;
  }
  if (lost_ || queue_.empty()) return std::nullopt;
  *request.mutable_report() = std::move(queue_.front());
  queue_.pop_front();
  return request;
}

void LinkState::OnAssignment(const v1::Assignment& message) {
  absl::StatusOr<TrainerAssignment> assignment = FromProto(message);
  if (!assignment.ok()) LogError("assignment refused", {{"why", assignment.status().message()}});
  std::function<void(uint64_t)> callback;
  {
    absl::MutexLock lock(&mu_);
    if (message.generation() <= newest_generation_) return;  // Late or doubled.
    newest_generation_ = message.generation();
    newest_ = std::move(assignment);
    newest_sender_ = {};
    newest_sender_.job = message.job();
    newest_sender_.generation = message.generation();
    newest_sender_.rank = message.rank();
    callback = on_new_generation_;
  }
  // Without the lock: the fence it fires may wait, and training threads call in meanwhile.
  if (callback) callback(message.generation());
}

void LinkState::OnResponse(const v1::AttachResponse& response) {
  if (response.has_assignment()) return OnAssignment(response.assignment());
  absl::MutexLock lock(&mu_);
  if (response.has_leave()) leave_ = true;
  if (!response.has_ack()) return;
  const v1::ReportAck& ack = response.ack();
  if (const auto found = unacknowledged_.find(ack.sequence()); found != unacknowledged_.end()) {
    if (ack.refused()) refused_generation_ = found->second;
    unacknowledged_.erase(found);
  }
  const auto wait = waits_.find(ack.sequence());
  if (wait != waits_.end()) wait->second = ack;
}

void LinkState::OnLost() {
  absl::MutexLock lock(&mu_);
  lost_ = true;
}

void LinkState::Stop() {
  absl::MutexLock lock(&mu_);
  stopping_ = true;
}

}  // namespace doodle
