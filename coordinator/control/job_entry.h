// All that the controller knows of one job: its rows, its two state machines and what its trainers last reported.
#ifndef DOODLE_COORDINATOR_CONTROL_JOB_ENTRY_H_
#define DOODLE_COORDINATOR_CONTROL_JOB_ENTRY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "coordinator/gang/gang_state_machine.h"
#include "coordinator/gang/restore_choice.h"
#include "coordinator/job/job_state_machine.h"
#include "coordinator/job/running_time.h"
#include "coordinator/ledger/ledger_records.h"
#include "doodle/v1/job_service.pb.h"

namespace doodle {

// Guarded by the controller's lock. The state machines decide; `row` follows them (Controller::Save).
struct JobEntry {
  JobEntry(JobRow job_row, v1::Job job_definition, const GangTimes& times);

  JobRow row;
  const v1::Job definition;  // Constant from Create on.
  JobStateMachine state;
  GangStateMachine gang;

  std::vector<GenerationRow> generations;              // Rising.
  std::map<uint64_t, std::vector<MemberRow>> members;  // By generation, then rank.
  std::vector<CheckpointRow> checkpoints;              // By step, then generation.
  std::vector<EvaluationRow> evaluations;              // By step, split, weights.

  // What a rank's heartbeats said last, when first (changed) and when last (heard); steady times.
  struct Heard {
    v1::TrainerActivity activity;
    absl::Duration changed;
    absl::Duration heard;
  };
  std::map<uint32_t, Heard> heard;            // By rank, of the newest generation.
  std::map<uint32_t, v1::Progress> progress;  // By rank, of the newest generation.
  v1::Progress newest;                        // The one furthest ahead.
  bool adopting = false;                      // The newest generation is not assigned yet (controller_recovery.cc).
  std::string open_prefix;                    // Of the rendezvous store; empty: none.
  uint64_t version = 0;

  // For metrics, steady times; negative: not running.
  absl::Duration phase_since;
  RunningTime running_time;
  absl::Duration failed_at = -absl::InfiniteDuration();
  absl::Duration assigned_at = -absl::InfiniteDuration();
  absl::Duration formed_at = -absl::InfiniteDuration();
  absl::Duration ended_at = absl::InfiniteDuration();
  absl::Duration logged_at = -absl::InfiniteDuration();
  bool made_a_step = false;

  const std::string& id() const { return row.id; }
  uint64_t total_steps() const { return definition.total_steps(); }
  // Rows of the newest generation; empty before the first.
  const std::vector<MemberRow>& newest_members() const;
  // By the job's checkpoint metric; empty when there was no evaluation at that step.
  std::optional<double> ScoreAt(uint64_t step) const;
  std::vector<RestoreCandidate> RestoreCandidates() const;
  CheckpointRow* FindCheckpoint(const std::string& name);
};

GangLimits LimitsOf(const v1::Job& definition);

// The rendezvous prefix of a generation.
std::string RendezvousPrefix(const std::string& job, uint64_t generation);

// As the API shows it. `job_directory` is in the definition.
v1::Job ToProto(const JobEntry& entry);
v1::CheckpointRecord ToProto(const JobEntry& entry, const CheckpointRow& row);
v1::FailureRecord ToProto(const GangFailure& failure);
GangFailure FromProto(const v1::FailureRecord& record);

// Microseconds of the Unix epoch; 0 is no time and sets nothing.
int64_t ToMicros(absl::Time time);
void SetTimestamp(int64_t micros, google::protobuf::Timestamp* timestamp);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_JOB_ENTRY_H_
