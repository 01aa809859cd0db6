// What a trainer tells its daemon while it trains: progress and metrics, gathered per step, sent about three times a
// second. Nothing here waits.
#ifndef DOODLE_WORKER_TRAINER_TRAINER_REPORTER_H_
#define DOODLE_WORKER_TRAINER_TRAINER_REPORTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "worker/checkpoint/checkpoint_writer.h"
#include "worker/checkpoint/model_state.h"
#include "worker/link/trainer_link.h"
#include "worker/trainer/train_step.h"

namespace doodle {

// A committed step as this rank saw it.
struct StepRecord {
  uint64_t next_step = 0;
  uint32_t stage = 0;
  double epoch = 0;      // Of the stage, with fraction.
  uint64_t samples = 0;  // Of this rank.
  double loss = 0;
  double learning_rate = 0;
  std::optional<double> gradient_norm;
  absl::Duration input;  // Waiting for the batch.
  StepTimes times;
  uint64_t collective_bytes = 0;  // Of this step.
};

// This rank's in this generation, all in all.
struct GenerationTotals {
  uint64_t samples = 0;
  absl::Duration data_wait;   // For the next batch.
  absl::Duration checkpoint;  // Between steps, for snapshots and for writes that training waited for.
};

// Totals since the trainer started; the reporter sends what came since the last time.
struct InputTotals {
  uint64_t compressed_bytes = 0;
  absl::Duration busy;  // Of all render threads of the present loader together.
  int threads = 1;
};

// Single-threaded: the training thread. `link` and `clock` must outlive it.
class TrainerReporter {
 public:
  struct Identity {
    std::string job;
    uint32_t rank = 0;
    uint32_t slot = 0;
  };
  TrainerReporter(Identity identity, TrainerLink& link, Clock& clock);

  bool due() const;  // A report is to be sent after the next step.
  void StepDone(const StepRecord& step);
  void Evaluated(const EvaluationRecord& record);  // Rank 0.
  void CheckpointWritten(const CheckpointReceipt& receipt);
  void CheckpointFailed();
  void NonfiniteStep();
  void DeviceMemory(int64_t bytes);
  // Sends what was gathered, and the newest step again where none was made since.
  void Send(const GenerationTotals& totals, const InputTotals& input);

 private:
  using Labels = std::map<std::string, std::string>;
  void Add(absl::string_view name, double value, Labels labels = {});
  void AddPhase(absl::string_view name, const char* phase, absl::Duration duration);
  Labels JobLabel() const { return {{"job", identity_.job}}; }
  void SendProgress(const GenerationTotals& totals);
  void AddLastStep(const InputTotals& input, absl::Duration elapsed);

  const Identity identity_;
  TrainerLink& link_;
  Clock& clock_;
  absl::Duration sent_at_;
  std::optional<StepRecord> last_;
  bool stepped_ = false;  // Since the last report.
  double samples_per_second_ = 0;
  uint64_t samples_since_ = 0;
  uint64_t collective_bytes_since_ = 0;
  InputTotals input_before_;
  std::vector<MetricReport> metrics_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_TRAINER_REPORTER_H_
