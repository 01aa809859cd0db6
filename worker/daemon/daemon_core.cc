#include "worker/daemon/daemon_core.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"

namespace doodle {
namespace {

constexpr size_t kMaxHeld = 256;

std::string ReasonOf(const TrainerSlot& slot, const ProcessExit& exit) {
  if (!slot.end_reason.empty()) return slot.end_reason;
  if (exit.signal != 0) return absl::StrCat("killed by signal ", exit.signal);
  return absl::StrCat("exit ", exit.exit_code);
}

}  // namespace

DaemonCore::DaemonCore(Options options, Ports ports)
    : options_(std::move(options)), ports_(ports), slots_(options_.identity.slots()) {}

bool DaemonCore::idle() const {
  return std::none_of(slots_.begin(), slots_.end(), [](const TrainerSlot& slot) { return slot.alive(); });
}

TrainerSlot* DaemonCore::FindByProcess(ProcessId process) {
  for (TrainerSlot& slot : slots_) {
    if (slot.alive() && slot.process == process) return &slot;
  }
  return nullptr;
}

void DaemonCore::Start(TrainerSlot& slot, const v1::Assignment& assignment, absl::Duration now) {
  slot = TrainerSlot();
  slot.assignment = assignment;
  slot.token = options_.new_token();
  slot.started = now;
  ended_jobs_.erase(assignment.job());
  absl::StatusOr<ProcessId> process = ports_.processes.Start(NumberOf(slot), slot.token, assignment);
  if (process.ok()) {
    slot.process = *process;
    LogInfo("trainer started", {{"slot", NumberOf(slot)},
                                {"job", assignment.job()},
                                {"generation", assignment.generation()},
                                {"rank", assignment.rank()}});
    return;
  }
  const std::string reason = absl::StrCat("cannot start: ", process.status().message());
  LogError("trainer not started", {{"slot", NumberOf(slot)}, {"job", assignment.job()}, {"why", reason}});
  slot = TrainerSlot();
  SendExit(NumberOf(slot), assignment, NeverStarted(), reason);
}

void DaemonCore::AskToLeave(TrainerSlot& slot, absl::string_view reason, absl::Duration kill_at) {
  // One that has not attached has nothing to save.
  if (slot.connection == 0) return Kill(slot, reason);
  slot.ending = true;
  slot.kill_at = slot.kill_at ? std::min(*slot.kill_at, kill_at) : kill_at;
  v1::AttachResponse message;
  message.mutable_leave()->set_reason(std::string(reason));
  ports_.trainers.Send(slot.connection, message);
}

void DaemonCore::Kill(TrainerSlot& slot, absl::string_view reason) {
  slot.ending = true;
  slot.kill_at.reset();
  if (slot.end_reason.empty()) slot.end_reason = std::string(reason);
  LogWarning("killing a trainer", {{"slot", NumberOf(slot)}, {"job", slot.assignment.job()}, {"why", slot.end_reason}});
  ports_.processes.Kill(slot.process);
}

void DaemonCore::OnExit(ProcessId process, const ProcessExit& exit, absl::Duration now) {
  TrainerSlot* slot = FindByProcess(process);
  if (slot == nullptr) return;
  const std::string reason = ReasonOf(*slot, exit);
  LogInfo("trainer exited", {{"slot", NumberOf(*slot)},
                             {"job", slot->assignment.job()},
                             {"generation", slot->assignment.generation()},
                             {"rank", slot->assignment.rank()},
                             {"why", reason}});
  SendExit(NumberOf(*slot), slot->assignment, exit, reason);
  ended_jobs_[slot->assignment.job()] = now + options_.keep_job_metrics;
  const std::optional<v1::Assignment> next = std::move(slot->next);
  *slot = TrainerSlot();
  if (next && !stopping_) Start(*slot, *next, now);
}

void DaemonCore::SendExit(uint32_t slot, const v1::Assignment& assignment, const ProcessExit& exit,
                          const std::string& reason) {
  v1::ConnectRequest message;
  v1::TrainerExited& exited = *message.mutable_trainer_exited();
  exited.set_slot(slot);
  exited.set_job(assignment.job());
  exited.set_generation(assignment.generation());
  exited.set_rank(assignment.rank());
  exited.set_exit_code(exit.exit_code);
  exited.set_signal(exit.signal);
  exited.set_reason(reason);
  exited.set_log_tail(exit.log_tail);
  SendOrHold(message);
}

void DaemonCore::SendOrHold(const v1::ConnectRequest& message) {
  if (registered_) return ports_.fleet.Send(message);
  held_.push_back(message);
  if (held_.size() > kMaxHeld) held_.pop_front();
}

void DaemonCore::OnTick(absl::Duration now) {
  ForgiveLateness(now);
  for (TrainerSlot& slot : slots_) {
    if (slot.alive()) Look(slot, now);
  }
  ExpireJobMetrics(now);
  if (!registered_ || now < next_heartbeat_) return;
  next_heartbeat_ = now + heartbeat_interval_;
  v1::ConnectRequest message;
  *message.mutable_heartbeat()->mutable_running() = Running();
  ports_.fleet.Send(message);
}

// When this daemon itself did not run (a busy machine, a stopped process), silence proves nothing.
void DaemonCore::ForgiveLateness(absl::Duration now) {
  const absl::Duration late = last_tick_ ? now - *last_tick_ - options_.look_every : absl::ZeroDuration();
  last_tick_ = now;
  if (late < options_.look_every) return;
  for (TrainerSlot& slot : slots_) slot.last_heard += late;
}

void DaemonCore::Look(TrainerSlot& slot, absl::Duration now) {
  if (!slot.end_reason.empty()) return;  // Killed already.
  const bool stopped = ports_.processes.IsStopped(slot.process);
  if (stopped && slot.stopped_before) return Kill(slot, "stopped by a signal (state T)");
  slot.stopped_before = stopped;
  if (slot.kill_at && now >= *slot.kill_at) return Kill(slot, "did not leave in time");
  if (slot.connection != 0 && now - slot.last_heard > options_.link_silence) {
    return Kill(slot, absl::StrCat("not responding for ", absl::FormatDuration(options_.link_silence)));
  }
  if (slot.connection == 0 && !slot.ending && now - slot.started > options_.attach_limit) {
    return Kill(slot, absl::StrCat("did not attach for ", absl::FormatDuration(options_.attach_limit)));
  }
}

void DaemonCore::ExpireJobMetrics(absl::Duration now) {
  for (auto job = ended_jobs_.begin(); job != ended_jobs_.end();) {
    const bool runs = std::any_of(slots_.begin(), slots_.end(), [&](const TrainerSlot& slot) {
      return slot.alive() && slot.assignment.job() == job->first;
    });
    if (!runs && now < job->second) {
      ++job;
      continue;
    }
    if (!runs) ports_.metrics.RemoveJob(job->first);
    job = ended_jobs_.erase(job);
  }
}

void DaemonCore::Shutdown(absl::Duration now) {
  stopping_ = true;
  for (TrainerSlot& slot : slots_) {
    slot.next.reset();
    if (slot.alive()) AskToLeave(slot, "the worker is shutting down", now + options_.shutdown_grace);
  }
}

}  // namespace doodle
