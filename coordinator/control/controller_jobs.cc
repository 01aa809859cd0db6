// What users ask of jobs.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/ids/names.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "coordinator/control/controller.h"

namespace doodle {

absl::StatusOr<JobEntry*> Controller::Find(const std::string& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return absl::NotFoundError(absl::StrCat("job ", id, " does not exist"));
  return found->second.get();
}

std::string Controller::FreeId(const std::string& name, const std::set<std::string>& taken) {
  std::string id = name;
  const auto is_taken = [&] {
    // A directory that is being removed may be gone already, or never have been there: the name waits all the same.
    return jobs_.contains(id) || taken.contains(id) ||
           removals_.contains(absl::StrCat(options_.jobs_directory, "/", id));
  };
  for (int number = 2; is_taken(); ++number) {
    const std::string suffix = absl::StrCat("-", number);
    id = absl::StrCat(name.substr(0, kLongestName - suffix.size()), suffix);
  }
  return id;
}

absl::StatusOr<v1::Job> Controller::CreateJob(const PreparedJob& prepared, const std::string& request_id) {
  // A directory that a deleted job left behind keeps its name: its checkpoints are another job's.
  std::set<std::string> taken;
  if (auto names = ports_.files.List(options_.jobs_directory); names.ok()) taken.insert(names->begin(), names->end());
  absl::StatusOr<v1::Job> job;
  {
    absl::MutexLock lock(&mu_);
    const auto repeated = requests_.find(request_id);
    if (!request_id.empty() && repeated != requests_.end()) {
      job = ToProto(*jobs_.at(repeated->second));
    } else {
      JobEntry& added = AddJob(prepared, FreeId(prepared.definition.spec().name(), taken));
      if (!request_id.empty()) {
        requests_[request_id] = added.id();
        Write(RequestRow{request_id, added.id()});
      }
      Schedule();
      job = ToProto(added);
    }
  }
  Settle();
  return job;
}

absl::StatusOr<v1::Job> Controller::FindRequested(const std::string& request_id) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  const auto found = requests_.find(request_id);
  if (request_id.empty() || found == requests_.end()) return absl::NotFoundError("no job of this request_id");
  return ToProto(*jobs_.at(found->second));
}

JobEntry& Controller::AddJob(const PreparedJob& prepared, const std::string& id) {
  v1::Job definition = prepared.definition;
  definition.set_id(id);
  definition.set_job_directory(absl::StrCat(options_.jobs_directory, "/", id));
  JobRow row;
  row.id = id;
  row.order = next_order_++;
  row.definition = definition.SerializeAsString();
  row.dataset_directory = prepared.dataset_directory;
  row.priority = definition.spec().priority();
  row.create_us = ToMicros(ports_.clock.Now());
  auto entry = std::make_unique<JobEntry>(std::move(row), std::move(definition), options_.gang_times);
  entry->version = first_version_;
  entry->phase_since = ports_.clock.SteadyNow();
  JobEntry& added = *jobs_.emplace(id, std::move(entry)).first->second;
  Save(added, "created");
  ports_.metrics.Add(metric::kJobsSubmitted);
  // Before the first assignment leaves.
  Defer([this, directory = added.definition.job_directory()] {
    for (const char* name : {"/checkpoints", "/logs"}) {
      const absl::Status made = ports_.files.MakeDirectories(directory + name);
      if (!made.ok()) LogError("job directory", {{"error", std::string(made.message())}});
    }
  });
  return added;
}

absl::StatusOr<v1::Job> Controller::GetJob(const std::string& id) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(id));
  return ToProto(*entry);
}

std::vector<v1::Job> Controller::ListJobs() {
  std::vector<std::pair<uint64_t, v1::Job>> ordered;
  {
    absl::MutexLock lock(&mu_);
    for (const auto& [id, entry] : jobs_) ordered.emplace_back(entry->row.order, ToProto(*entry));
  }
  Settle();
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<v1::Job> jobs;
  jobs.reserve(ordered.size());
  for (auto& [order, job] : ordered) jobs.push_back(std::move(job));
  return jobs;
}

absl::Status Controller::DeleteJob(const std::string& id, bool delete_files, const std::string& request_id) {
  const absl::Cleanup settle = [this] { Settle(); };
  {
    absl::MutexLock lock(&mu_);
    const auto repeated = deletions_.find(request_id);
    if (!request_id.empty() && repeated != deletions_.end()) {
      if (repeated->second.job == id) return absl::OkStatus();
      return InvalidField("request_id", absl::StrCat("has deleted job ", repeated->second.job, " before"));
    }
    DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(id));
    if (!IsEnded(entry->state.state())) {
      return absl::FailedPreconditionError(
          absl::StrCat("job ", id, " is ", JobStateName(entry->state.state()), ": cancel it first"));
    }
    TellWatchers(id, absl::NotFoundError(absl::StrCat("job ", id, " was deleted")));
    std::erase_if(requests_, [&](const auto& request) { return request.second == id; });
    Write(JobDelete{id});
    if (!request_id.empty()) RememberDeletion(request_id, id);
    ports_.metrics.RemoveJob(id);
    if (delete_files) RemoveLater(entry->definition.job_directory());
    jobs_.erase(id);
    SetJobGauges();
  }
  return absl::OkStatus();
}

void Controller::RememberDeletion(const std::string& request_id, const std::string& id) {
  const DeletionRow row{request_id, id, ToMicros(ports_.clock.Now())};
  std::erase_if(deletions_, [&](const auto& old) { return old.second.time_us < row.time_us - kDeletionKeptUs; });
  deletions_[request_id] = row;
  Write(row);
}

absl::StatusOr<v1::Job> Controller::CancelJob(const std::string& id) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(id));
  if (entry->state.state() != JobState::kCanceled) {
    if (JobStateMachine probe = entry->state; !probe.Cancel().ok()) {
      return Annotate(probe.Cancel(), absl::StrCat("job ", id));
    }
    const std::vector<SlotId> slots = entry->gang.Stop();
    EndJob(*entry, JobState::kCanceled, "canceled by a user");
    ReleaseSlots(*entry, slots, absl::ZeroDuration(), "canceled");
    Schedule();
  }
  return ToProto(*entry);
}

absl::StatusOr<v1::Job> Controller::PauseJob(const std::string& id) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(id));
  if (entry->state.state() != JobState::kPaused) {
    DOODLE_RETURN_IF_ERROR(entry->state.Pause(), absl::StrCat("job ", id));
    // The prefix of the generation stays open: its ranks still agree on the step at which they leave.
    ReleaseSlots(*entry, entry->gang.Stop(), options_.pause_grace, "paused");
    if (!entry->generations.empty()) EndGeneration(*entry, "paused");
    entry->row.reason = "paused by a user";
    Save(*entry, "paused");
    Schedule();
  }
  return ToProto(*entry);
}

absl::StatusOr<v1::Job> Controller::ResumeJob(const std::string& id) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(id));
  if (entry->state.state() == JobState::kPaused) {
    DOODLE_RETURN_IF_ERROR(entry->state.Resume(), absl::StrCat("job ", id));
    entry->row.reason = "resumed by a user";
    Save(*entry, "resumed");
    Schedule();
  } else if (IsEnded(entry->state.state())) {
    return Annotate(entry->state.Resume(), absl::StrCat("job ", id));
  }
  return ToProto(*entry);
}

absl::StatusOr<v1::Job> Controller::SetPriority(const std::string& id, int32_t priority) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(id));
  if (entry->row.priority != priority) {
    entry->row.priority = priority;
    Save(*entry, absl::StrCat("priority ", priority));
    Schedule();
  }
  return ToProto(*entry);
}

absl::StatusOr<v1::JobServiceGetEpochPlanResponse> Controller::GetEpochPlan(const std::string& id, uint64_t first,
                                                                            uint64_t steps) {
  const absl::Cleanup settle = [this] { Settle(); };
  v1::Job definition;
  std::string dataset_directory;
  {
    absl::MutexLock lock(&mu_);
    DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(id));
    definition = entry->definition;
    dataset_directory = entry->row.dataset_directory;
  }
  return ReadEpochPlan(ports_.files, definition, dataset_directory, first, steps);
}

}  // namespace doodle
