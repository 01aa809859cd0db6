// The one owner of the coordinator's state: jobs, gangs, workers, checkpoints. A verb per request or report, a file per
// family of verbs; pure cores decide, the controller records and sends.
//
// Every verb has the same three parts:
//   1. under mu_: ask a core, change entries, queue ledger rows and effects (messages, callbacks, slow work)
//   2. Settle: under commit_mu_ alone, commit everything that is queued in one transaction (group commit: verbs that
//      arrive meanwhile find their rows committed by whoever comes first), then run the effects in their order
//   3. return the reply
// So nothing leaves before it is durable, answers to readers and errors included (they may show what another verb has
// just decided), and messages leave in the order of the decisions. A failed commit stops the
// process through Options::on_ledger_failure.
#ifndef DOODLE_COORDINATOR_CONTROL_CONTROLLER_H_
#define DOODLE_COORDINATOR_CONTROL_CONTROLLER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/control/controller_options.h"
#include "coordinator/control/job_entry.h"
#include "coordinator/control/job_preparation.h"
#include "coordinator/control/pending_work.h"
#include "coordinator/control/rendezvous_store.h"
#include "coordinator/fleet/worker_table.h"
#include "doodle/v1/checkpoint_service.pb.h"
#include "doodle/v1/dataset_service.pb.h"
#include "doodle/v1/fleet_service.pb.h"
#include "doodle/v1/worker_service.pb.h"

namespace doodle {

// Thread-safe. Verbs may wait for the disk, never for a peer. NOT_FOUND names a job, worker or dataset that is unknown.
class Controller {
 public:
  // Reads the ledger: jobs go on where they were (controller_recovery.cc).
  static absl::StatusOr<std::unique_ptr<Controller>> Create(ControllerOptions options, ControllerPorts ports);

  // controller_jobs.cc
  // The same non-empty request_id gives the same job. The id is the spec's name, or name-2, name-3.
  absl::StatusOr<v1::Job> CreateJob(const PreparedJob& prepared, const std::string& request_id);
  // The job that an earlier CreateJob with this request_id made; NOT_FOUND: there was none.
  absl::StatusOr<v1::Job> FindRequested(const std::string& request_id);
  absl::StatusOr<v1::Job> GetJob(const std::string& id);
  std::vector<v1::Job> ListJobs();  // By order of submission.
  // The same non-empty request_id again is OK, also when another job has the name by then.
  absl::Status DeleteJob(const std::string& id, bool delete_files, const std::string& request_id = "");
  // These four ask for a state, and change nothing where it is reached already: repeatable without a request_id. A
  // repeat that comes after another user's change takes effect again.
  absl::StatusOr<v1::Job> CancelJob(const std::string& id);
  absl::StatusOr<v1::Job> PauseJob(const std::string& id);
  absl::StatusOr<v1::Job> ResumeJob(const std::string& id);
  absl::StatusOr<v1::Job> SetPriority(const std::string& id, int32_t priority);
  absl::StatusOr<v1::JobServiceGetEpochPlanResponse> GetEpochPlan(const std::string& id, uint64_t first,
                                                                  uint64_t steps);

  // controller_watch.cc
  // Calls `callback` at most once: with the job when its version is above `after_version`, at once if it is, or with
  // NOT_FOUND when it is deleted. Returns a number for Unwatch, after which it may still be running.
  using WatchCallback = absl::AnyInvocable<void(absl::StatusOr<v1::Job>)>;
  uint64_t WatchJob(const std::string& id, uint64_t after_version, WatchCallback callback);
  void Unwatch(uint64_t watch);

  // controller_fleet.cc; each names the sender. Times follow TRAINING.md's table of deadlines.
  // ALREADY_EXISTS, FAILED_PRECONDITION: as FleetService.Connect says. Registered and what follows go to the outbox.
  absl::Status Register(const v1::Register& message);
  void Heartbeat(const std::string& worker, const std::string& incarnation, const v1::Heartbeat& message);
  void TrainerExited(const std::string& worker, const v1::TrainerExited& message);
  void Disconnected(const std::string& worker, const std::string& incarnation);
  std::vector<v1::Worker> ListWorkers();
  absl::StatusOr<v1::Worker> GetWorker(const std::string& id);

  // controller_reports.cc
  void Report(const std::string& worker, const std::string& incarnation, const v1::TrainerReport& report);

  // controller_checkpoints.cc
  absl::StatusOr<std::vector<v1::CheckpointRecord>> ListCheckpoints(const std::string& job);
  // `name`: a checkpoint's name, "latest" or "best".
  absl::StatusOr<v1::CheckpointServiceGetResponse> GetCheckpoint(const std::string& job, const std::string& name);

  // controller_datasets.cc
  absl::StatusOr<v1::Dataset> RegisterDataset(const std::string& name, const std::string& uri);
  absl::StatusOr<v1::Dataset> GetDataset(const std::string& name);
  std::vector<v1::Dataset> ListDatasets();
  // The URI of a registered name, or `dataset` itself.
  std::string DatasetUri(const std::string& dataset);

  RendezvousStore& rendezvous() { return rendezvous_; }

  // Deadlines, lost workers, waiting jobs: every 20 ms.
  void Tick();

 private:
  using Effect = absl::AnyInvocable<void()>;
  // Whom to answer about a report.
  struct ReportSource {
    std::string worker;
    std::string incarnation;
    std::string job;
    uint64_t generation = 0;
    uint32_t rank = 0;
    uint64_t sequence = 0;
  };
  struct Watcher {
    std::string job;
    uint64_t after_version = 0;
    WatchCallback callback;
  };

  Controller(ControllerOptions options, ControllerPorts ports);

  void Settle() ABSL_LOCKS_EXCLUDED(mu_, commit_mu_);
  void SettleIfPending() ABSL_LOCKS_EXCLUDED(mu_, commit_mu_);

  // Queue what part 2 does.
  void Write(LedgerWrite row) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { writes_.push_back(std::move(row)); }
  void Defer(Effect effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { effects_.push_back(std::move(effect)); }
  void RunLater(Effect work) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // RunLater, asked for again every 2 s until it has begun: the executor may drop it.
  void RunSurely(const std::string& name, PendingWork::Work work) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RunPending(const std::string& name) ABSL_LOCKS_EXCLUDED(mu_);
  // Removes a directory on the executor; asked again every minute until it is gone, and after a restart.
  void RemoveLater(const std::string& directory) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RemoveNow(const std::string& directory) ABSL_LOCKS_EXCLUDED(mu_);
  void RepeatRemovals() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RepeatPending() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Send(const std::string& worker, v1::ConnectResponse message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // controller_recovery.cc
  absl::Status Load();
  void RestoreJob(JobEntry& entry, const LedgerImage& image) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AdoptLater(const std::string& job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AdoptUnregisteredCheckpoints(const std::string& job) ABSL_LOCKS_EXCLUDED(mu_);
  void AssignAdopted(const std::string& job) ABSL_LOCKS_EXCLUDED(mu_);

  // controller_jobs.cc
  absl::StatusOr<JobEntry*> Find(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RememberDeletion(const std::string& request_id, const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  JobEntry& AddJob(const PreparedJob& prepared, const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::string FreeId(const std::string& name, const std::set<std::string>& taken) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // controller_records.cc
  void EndJob(JobEntry& entry, JobState end, const std::string& reason) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void WriteJob(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);  // The row, brought up to date.
  // Records a state change in the row, the ledger, the log and the metrics.
  void Save(JobEntry& entry, const std::string& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AccountTime(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SetJobGauges() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // controller_watch.cc
  void TellWatchers(const std::string& job, const absl::StatusOr<v1::Job>& news) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Changed(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // controller_gang.cc
  void Schedule() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RefillWaitingGangs() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::vector<SlotId> FreeSlots() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Apply(JobEntry& entry, const GangVerdict& verdict) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void BeginGeneration(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RecordGeneration(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void EndGeneration(JobEntry& entry, const std::string& reason) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AssignAll(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Assign(JobEntry& entry, uint32_t rank) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ReleaseSlots(const JobEntry& entry, const std::vector<SlotId>& slots, absl::Duration grace,
                    const std::string& reason) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AwaitExit(const SlotId& slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ReleaseTrainer(const SlotId& slot, const std::string& job, uint64_t generation, absl::Duration grace,
                      const std::string& reason) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // controller_fleet.cc
  void ForgetTrainers(const std::string& worker, const std::string& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Reconcile(const std::string& worker, const v1::Register& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AdoptTrainer(const std::string& worker, const v1::RunningTrainer& trainer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void FindVanished(const std::string& worker, const std::set<uint32_t>& running) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Hear(const std::string& worker, const v1::RunningTrainer& trainer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void EndHang(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void LoseWorker(const std::string& worker) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool MembersAreLive(const JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // controller_reports.cc
  void Dispatch(JobEntry& entry, const ReportSource& source, const v1::TrainerReport& report)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void OnFormed(JobEntry& entry, const ReportSource& source, const v1::Formed& formed)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void OnProgress(JobEntry& entry, const ReportSource& source, const v1::Progress& progress)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ObserveProgress(JobEntry& entry, const v1::Progress& progress, bool advanced) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void OnEvaluation(JobEntry& entry, const ReportSource& source, const v1::Evaluation& evaluation)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void OnFinished(JobEntry& entry, const ReportSource& source, const v1::Finished& finished)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void OnRestoreRefused(JobEntry& entry, const ReportSource& source, const v1::RestoreRefused& refused)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Acknowledge(const ReportSource& source, bool refused) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SendAck(const ReportSource& source, v1::ReportAck ack) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AppendMetrics(JobEntry& entry, const std::string& line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // controller_checkpoints.cc
  void OnCheckpoint(JobEntry& entry, const ReportSource& source, const v1::CheckpointWritten& written)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CheckpointVerified(const CheckpointRow& row, const absl::Status& verified, const ReportSource* source);
  bool AddCheckpoint(JobEntry& entry, CheckpointRow row) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void UpdateMarks(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ApplyRetention(JobEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::string CheckpointDirectory(const JobEntry& entry, const std::string& name) const;

  const ControllerOptions options_;
  const ControllerPorts ports_;
  RendezvousStore rendezvous_;

  absl::Mutex commit_mu_ ABSL_ACQUIRED_BEFORE(mu_);  // Orders commits and effects.

  absl::Mutex mu_;
  std::map<std::string, std::unique_ptr<JobEntry>> jobs_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::string> requests_ ABSL_GUARDED_BY(mu_);  // Job by request id.
  std::map<std::string, v1::Dataset> datasets_ ABSL_GUARDED_BY(mu_);
  WorkerTable fleet_ ABSL_GUARDED_BY(mu_);
  std::map<uint64_t, Watcher> watchers_ ABSL_GUARDED_BY(mu_);
  uint64_t next_watch_ ABSL_GUARDED_BY(mu_) = 1;
  uint64_t next_order_ ABSL_GUARDED_BY(mu_) = 1;
  uint64_t first_version_ ABSL_GUARDED_BY(mu_) = 0;  // Above every version of earlier starts.
  std::string cluster_id_ ABSL_GUARDED_BY(mu_);
  bool schedule_needed_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, DeletionRow> deletions_ ABSL_GUARDED_BY(mu_);  // By request id.
  PendingWork pending_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, absl::Duration> removals_ ABSL_GUARDED_BY(mu_);  // By directory, when it was asked for last.
  absl::Duration accounted_at_ ABSL_GUARDED_BY(mu_);
  LedgerBatch writes_ ABSL_GUARDED_BY(mu_);
  std::vector<Effect> effects_ ABSL_GUARDED_BY(mu_);
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_CONTROLLER_H_
