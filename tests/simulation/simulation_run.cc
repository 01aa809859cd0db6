// Simulation: faults, the loop, and what is compared at the end.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/simulation/simulation.h"

namespace doodle {

void Simulation::When(std::function<bool()> condition, std::function<void()> action) {
  hooks_.push_back({std::move(condition), std::move(action)});
}

void Simulation::KillRank(uint32_t rank) {
  for (const auto& worker : workers_) {
    for (SimulatedTrainer* trainer : worker->LiveTrainers()) {
      if (trainer->collective().formed() && trainer->collective().rank() == rank) return worker->KillTrainer(*trainer);
    }
  }
}

void Simulation::HangRank(uint32_t rank) {
  for (SimulatedTrainer* trainer : LiveTrainers()) {
    if (trainer->collective().formed() && trainer->collective().rank() == rank) return trainer->Hang();
  }
}

void Simulation::KillAnyTrainer() {
  const std::vector<SimulatedTrainer*> live = LiveTrainers();
  if (live.empty()) return;
  SimulatedTrainer* victim = live[scheduler_.Random(live.size())];
  for (const auto& worker : workers_) {
    const std::vector<SimulatedTrainer*> own = worker->LiveTrainers();
    if (std::find(own.begin(), own.end(), victim) != own.end()) worker->KillTrainer(*victim);
  }
}

void Simulation::KillAllTrainers() {
  for (const auto& worker : workers_) {
    for (SimulatedTrainer* trainer : worker->LiveTrainers()) worker->KillTrainer(*trainer);
  }
}

void Simulation::Run() {
  while (!Ended() && violations().empty()) {
    if (scheduler_.now() > options_.limit || !scheduler_.RunOne()) {
      witness_.Violation(absl::StrCat("the job is ", v1::JobState_Name(job().state()), " at step ", job().step(),
                                      " after ", absl::FormatDuration(scheduler_.now()), ": ", job().reason()));
      break;
    }
    AfterEach();
  }
  if (violations().empty()) CheckEnd();
  EndTrainers();
}

void Simulation::AfterEach() {
  for (const auto& worker : workers_) worker->PumpTrainers();
  for (size_t i = 0; i < hooks_.size(); ++i) {
    if (!hooks_[i].condition()) continue;
    const std::function<void()> action = std::move(hooks_[i].action);
    hooks_.erase(hooks_.begin() + static_cast<std::ptrdiff_t>(i));
    action();
    break;
  }
  AnswerUser();
}

void Simulation::AnswerUser() {
  while (controller_ && !asked_.empty()) {
    const UserRequest request = asked_.front();
    asked_.pop_front();
    switch (request) {
      case UserRequest::kPause:
        answers_.push_back(controller_->PauseJob(kSimulatedJob).status());
        break;
      case UserRequest::kResume:
        answers_.push_back(controller_->ResumeJob(kSimulatedJob).status());
        break;
      case UserRequest::kCancel:
        answers_.push_back(controller_->CancelJob(kSimulatedJob).status());
        canceled_ = canceled_ || answers_.back().ok();
        break;
    }
  }
}

bool Simulation::Ended() {
  if (!controller_ || !LiveTrainers().empty() || (witness_.generations().empty() && !canceled_)) return false;
  const v1::JobState state = job().state();
  return state == v1::JOB_STATE_SUCCEEDED || state == v1::JOB_STATE_FAILED || state == v1::JOB_STATE_CANCELED;
}

// Whatever is left, so that every thread ends.
void Simulation::EndTrainers() {
  ++coordinator_start_;  // It is heard no more.
  KillAllTrainers();
  const auto all_ended = [this] {
    return std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->AllEnded(); });
  };
  while (!all_ended() && scheduler_.RunOne()) {
    KillAllTrainers();
  }
}

void Simulation::CheckEnd() {
  const v1::Job job = this->job();
  if (canceled_ && job.state() == v1::JOB_STATE_CANCELED) return;
  if (canceled_) witness_.Violation("the job was canceled, and the coordinator has forgotten it");
  if (job.state() != v1::JOB_STATE_SUCCEEDED) {
    return witness_.Violation(absl::StrCat("the job is ", v1::JobState_Name(job.state()), ": ", job.reason()));
  }
  if (job.total_steps() != kSimulatedSteps || job.step() != kSimulatedSteps) {
    witness_.Violation(absl::StrCat("the job ended at step ", job.step(), " of ", job.total_steps()));
  }
  if (job.ranks_size() != 2) witness_.Violation(absl::StrCat("the job ended with ", job.ranks_size(), " ranks"));
  const StateDigest expected = UndisturbedModel(kSimulatedSteps).Digest();
  for (const v1::RankStatus& rank : job.ranks()) {
    if (!rank.finished() || rank.next_step() != kSimulatedSteps) {
      witness_.Violation(absl::StrCat("rank ", rank.rank(), " did not finish"));
    }
    if (rank.digest().parameters() != expected.parameters || rank.digest().optimizer() != expected.optimizer) {
      witness_.Violation(absl::StrCat("rank ", rank.rank(), " ended with another state than an undisturbed run"));
    }
  }
}

}  // namespace doodle
