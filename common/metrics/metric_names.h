// Every metric of the project. A metric that is not in kAllMetrics cannot be emitted, and a test compares a live scrape
// with this list, both ways. CONTRIBUTING.md says how to add one.
#ifndef DOODLE_COMMON_METRICS_METRIC_NAMES_H_
#define DOODLE_COMMON_METRICS_METRIC_NAMES_H_

#include <array>

#include "absl/strings/string_view.h"
#include "common/metrics/metric_definition.h"

namespace doodle::metric {

// Label values.
inline constexpr std::array<absl::string_view, 8> kJobStates = {"queued", "starting",  "running", "rescaling",
                                                                "paused", "succeeded", "failed",  "canceled"};
inline constexpr std::array<absl::string_view, 3> kJobResults = {"succeeded", "failed", "canceled"};
inline constexpr std::array<absl::string_view, 2> kWorkerStates = {"live", "lost"};
inline constexpr std::array<absl::string_view, 4> kGenerationReasons = {"start", "failure", "planned", "restart"};
inline constexpr std::array<absl::string_view, 3> kRecoveryPhases = {"detect", "form", "first_step"};
inline constexpr std::array<absl::string_view, 6> kJobPhases = {"productive", "startup",  "data_wait",
                                                                "checkpoint", "recovery", "idle"};
inline constexpr std::array<absl::string_view, 5> kStepPhases = {"input", "forward", "backward", "reduce", "optimizer"};
inline constexpr std::array<absl::string_view, 2> kCheckpointPhases = {"snapshot", "write"};

// Histogram bounds, in seconds.
inline constexpr std::array<double, 11> kFastSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                        0.05,   0.1,   0.25,   1,     5};
inline constexpr std::array<double, 12> kStepSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                        0.1,   0.25,   0.5,   1,    2.5,   10};
inline constexpr std::array<double, 11> kWaitSeconds = {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600};

inline constexpr MetricLabel kJob{"job", {}};
inline constexpr MetricLabel kSlot{"slot", {}};

using enum MetricType;
using enum MetricSource;
using enum MetricNeeds;
using Definition = MetricDefinition;

// Coordinator.
inline constexpr Definition kBuildInfo = DefineMetric("doodle_build_info", "Always 1; the version is a label.", kGauge,
                                                      kCoordinator, kNothing, {{{"version", {}}}});
inline constexpr Definition kJobs =
    DefineMetric("doodle_jobs", "Jobs in each state.", kGauge, kCoordinator, kNothing, {{{"state", kJobStates}}});
inline constexpr Definition kJobsSubmitted =
    DefineMetric("doodle_jobs_submitted_total", "Jobs created.", kCounter, kCoordinator);
inline constexpr Definition kJobsCompleted =
    DefineMetric("doodle_jobs_completed_total", "Jobs that ended, by result.", kCounter, kCoordinator, kNothing,
                 {{{"result", kJobResults}}});
inline constexpr Definition kJobQueueWait =
    DefineMetric("doodle_job_queue_wait_seconds", "From creation to the first assignment.", kHistogram, kCoordinator,
                 kNothing, {}, kWaitSeconds);
inline constexpr Definition kJobSubmitToFirstStep =
    DefineMetric("doodle_job_submit_to_first_step_seconds", "From creation to the first committed step.", kHistogram,
                 kCoordinator, kNothing, {}, kWaitSeconds);
inline constexpr Definition kWorkers = DefineMetric("doodle_workers", "Workers in each state.", kGauge, kCoordinator,
                                                    kNothing, {{{"state", kWorkerStates}}});
inline constexpr Definition kGenerations =
    DefineMetric("doodle_generations_total", "Generations begun, by what caused them.", kCounter, kCoordinator,
                 kNothing, {{{"reason", kGenerationReasons}}});
inline constexpr Definition kRecoveryDuration =
    DefineMetric("doodle_recovery_duration_seconds", "From the end of one generation to steps in the next, by phase.",
                 kHistogram, kCoordinator, kNothing, {{{"phase", kRecoveryPhases}}}, kWaitSeconds);
inline constexpr Definition kJobStep =
    DefineMetric("doodle_job_step", "Committed steps.", kGauge, kCoordinator, kFirstEvent, {{kJob}});
inline constexpr Definition kJobEpochProgress =
    DefineMetric("doodle_job_epoch_progress_ratio", "Share of the current epoch done, 0 to 1.", kGauge, kCoordinator,
                 kFirstEvent, {{kJob}});
inline constexpr Definition kJobLastProgress =
    DefineMetric("doodle_job_last_progress_timestamp_seconds", "When the job last reported a new step, Unix time.",
                 kGauge, kCoordinator, kFirstEvent, {{kJob}});
inline constexpr Definition kJobTime =
    DefineMetric("doodle_job_time_seconds_total", "Where the job's wall time went; adds up to it.", kCounter,
                 kCoordinator, kFirstEvent, {{kJob, {"phase", kJobPhases}}});
inline constexpr Definition kLedgerCommitDuration =
    DefineMetric("doodle_ledger_commit_duration_seconds", "One group commit of the ledger, fsync included.", kHistogram,
                 kCoordinator, kNothing, {}, kFastSeconds);
inline constexpr Definition kRpcHandled =
    DefineMetric("doodle_rpc_server_handled_total", "RPCs answered, by status code.", kCounter, kCoordinator, kNothing,
                 {{{"method", {}}, {"code", {}}}});
inline constexpr Definition kRpcHandling =
    DefineMetric("doodle_rpc_server_handling_seconds", "Time from an RPC's start to its status.", kHistogram,
                 kCoordinator, kNothing, {{{"method", {}}}}, kFastSeconds);

// Every trainer, through its daemon.
inline constexpr Definition kTrainStepDuration =
    DefineMetric("doodle_train_step_duration_seconds", "One step, by phase.", kHistogram, kTrainer, kNothing,
                 {{{"phase", kStepPhases}}}, kStepSeconds);
inline constexpr Definition kTrainSamples =
    DefineMetric("doodle_train_samples_total", "Drawings trained on by this worker's ranks.", kCounter, kTrainer,
                 kFirstEvent, {{kJob}});
inline constexpr Definition kRankStepDuration =
    DefineMetric("doodle_rank_step_duration_seconds", "A rank's last step, waiting for other ranks left out.", kGauge,
                 kTrainer, kFirstEvent, {{kJob, {"rank", {}}}});
inline constexpr Definition kCheckpointDuration =
    DefineMetric("doodle_checkpoint_duration_seconds", "Training blocked (snapshot) and files written (write).",
                 kHistogram, kTrainer, kNothing, {{{"phase", kCheckpointPhases}}}, kStepSeconds);
inline constexpr Definition kCheckpointFailures =
    DefineMetric("doodle_checkpoint_failures_total", "Checkpoints that failed.", kCounter, kTrainer);
inline constexpr Definition kCollectiveBytes =
    DefineMetric("doodle_collective_bytes_total", "Bytes this worker's ranks reduced.", kCounter, kTrainer);
inline constexpr Definition kNonfiniteSteps =
    DefineMetric("doodle_nonfinite_steps_total", "Steps with a loss or gradient not finite.", kCounter, kTrainer);
inline constexpr Definition kDeviceMemory = DefineMetric(
    "doodle_device_memory_used_bytes", "Device memory that the trainer holds.", kGauge, kTrainer, kGpu, {{kSlot}});
inline constexpr Definition kDeviceUtilization = DefineMetric(
    "doodle_device_utilization_ratio", "Device busy, 0 to 1, from NVML.", kGauge, kTrainer, kGpu, {{kSlot}});
inline constexpr Definition kRenderThreadsBusy = DefineMetric(
    "doodle_render_threads_busy_ratio", "Render threads at work, 0 to 1.", kGauge, kTrainer, kFirstEvent, {{kSlot}});
inline constexpr Definition kDatasetReadBytes =
    DefineMetric("doodle_dataset_read_bytes_total", "Compressed bytes read from shards.", kCounter, kTrainer);

// The leader of a gang, through its daemon.
inline constexpr Definition kTrainLoss =
    DefineMetric("doodle_train_loss", "Mean loss of the last reported step.", kGauge, kLeader, kFirstEvent, {{kJob}});
inline constexpr Definition kTrainLearningRate =
    DefineMetric("doodle_train_learning_rate", "Learning rate of that step.", kGauge, kLeader, kFirstEvent, {{kJob}});
inline constexpr Definition kTrainGradNorm =
    DefineMetric("doodle_train_grad_norm", "Gradient L2 norm of that step, before clipping.", kGauge, kLeader,
                 kFirstEvent, {{kJob}});
inline constexpr Definition kEvalMap3 = DefineMetric("doodle_eval_map3", "MAP@3 of the last evaluation.", kGauge,
                                                     kLeader, kFirstEvent, {{kJob, {"split", {}}}});
inline constexpr Definition kEvalAccuracy =
    DefineMetric("doodle_eval_accuracy_ratio", "Top-1 accuracy of the last evaluation, 0 to 1.", kGauge, kLeader,
                 kFirstEvent, {{kJob, {"split", {}}}});
inline constexpr Definition kCheckpointBytes =
    DefineMetric("doodle_checkpoint_bytes", "Size of the last checkpoint.", kGauge, kLeader, kFirstEvent, {{kJob}});
inline constexpr Definition kCheckpointLastSuccess =
    DefineMetric("doodle_checkpoint_last_success_timestamp_seconds",
                 "When the last checkpoint was complete, Unix time.", kGauge, kLeader, kFirstEvent, {{kJob}});

inline constexpr auto kAllMetrics = ListMetrics(
    kBuildInfo, kJobs, kJobsSubmitted, kJobsCompleted, kJobQueueWait, kJobSubmitToFirstStep, kWorkers, kGenerations,
    kRecoveryDuration, kJobStep, kJobEpochProgress, kJobLastProgress, kJobTime, kLedgerCommitDuration, kRpcHandled,
    kRpcHandling, kTrainStepDuration, kTrainSamples, kRankStepDuration, kCheckpointDuration, kCheckpointFailures,
    kCollectiveBytes, kNonfiniteSteps, kDeviceMemory, kDeviceUtilization, kRenderThreadsBusy, kDatasetReadBytes,
    kTrainLoss, kTrainLearningRate, kTrainGradNorm, kEvalMap3, kEvalAccuracy, kCheckpointBytes, kCheckpointLastSuccess);

}  // namespace doodle::metric

#endif  // DOODLE_COMMON_METRICS_METRIC_NAMES_H_
