#include "worker/trainer/trainer_reporter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/metrics/metric_names.h"

namespace doodle {
namespace {

constexpr absl::Duration ReportInterval() { return absl::Milliseconds(300); }

}  // namespace

TrainerReporter::TrainerReporter(Identity identity, TrainerLink& link, Clock& clock)
    : identity_(std::move(identity)), link_(link), clock_(clock), sent_at_(clock.SteadyNow()) {}

bool TrainerReporter::due() const { return clock_.SteadyNow() - sent_at_ >= ReportInterval(); }

void TrainerReporter::StepDone(const StepRecord& step) {
  AddPhase(metric::kTrainStepDuration, "input", step.input);
  AddPhase(metric::kTrainStepDuration, "forward", step.times.forward);
  AddPhase(metric::kTrainStepDuration, "backward", step.times.backward);
  AddPhase(metric::kTrainStepDuration, "reduce", step.times.reduce);
  AddPhase(metric::kTrainStepDuration, "optimizer", step.times.optimizer);
  samples_since_ += step.samples;
  collective_bytes_since_ += step.collective_bytes;
  last_ = step;
  stepped_ = true;
}

void TrainerReporter::Evaluated(const EvaluationRecord& record) {
  EvaluationReport report;
  report.step = record.step;
  report.split = record.split;
  report.weights = record.weights;
  report.loss = record.loss;
  report.top1 = record.top1;
  report.top3 = record.top3;
  report.map3 = record.map3;
  report.drawings = record.drawings;
  link_.ReportEvaluation(report);
  const Labels labels = {{"job", identity_.job}, {"split", record.split}};
  Add(metric::kEvalMap3, record.map3, labels);
  Add(metric::kEvalAccuracy, record.top1, labels);
}

void TrainerReporter::CheckpointWritten(const CheckpointReceipt& receipt) {
  CheckpointReport report;
  report.name = receipt.name;
  report.tag = receipt.tag;
  report.bytes = receipt.bytes;
  report.manifest_sha256 = receipt.manifest_sha256;
  link_.ReportCheckpoint(report);
  AddPhase(metric::kCheckpointDuration, "snapshot", receipt.blocked);
  AddPhase(metric::kCheckpointDuration, "write", receipt.written);
  Add(metric::kCheckpointBytes, static_cast<double>(receipt.bytes), JobLabel());
  Add(metric::kCheckpointLastSuccess, absl::ToDoubleSeconds(clock_.Now() - absl::UnixEpoch()), JobLabel());
}

void TrainerReporter::CheckpointFailed() { Add(metric::kCheckpointFailures, 1); }

void TrainerReporter::NonfiniteStep() { Add(metric::kNonfiniteSteps, 1); }

void TrainerReporter::DeviceMemory(int64_t bytes) {
  Add(metric::kDeviceMemory, static_cast<double>(bytes), {{"slot", absl::StrCat(identity_.slot)}});
}

void TrainerReporter::Send(const GenerationTotals& totals, const InputTotals& input) {
  const absl::Duration now = clock_.SteadyNow();
  const absl::Duration elapsed = std::max(now - sent_at_, absl::Milliseconds(1));
  if (stepped_) {
    samples_per_second_ = static_cast<double>(samples_since_) / absl::ToDoubleSeconds(elapsed);
    AddLastStep(input, elapsed);
  }
  if (last_) SendProgress(totals);
  if (!metrics_.empty()) link_.ReportMetrics(metrics_);
  metrics_.clear();
  stepped_ = false;
  samples_since_ = collective_bytes_since_ = 0;
  sent_at_ = now;
}

void TrainerReporter::SendProgress(const GenerationTotals& totals) {
  ProgressReport progress;
  progress.next_step = last_->next_step;
  progress.samples = totals.samples;
  progress.epoch = last_->epoch;
  progress.loss = last_->loss;
  progress.learning_rate = last_->learning_rate;
  progress.samples_per_second = samples_per_second_;
  progress.stage = last_->stage;
  progress.data_wait_seconds = absl::ToDoubleSeconds(totals.data_wait);
  progress.checkpoint_seconds = absl::ToDoubleSeconds(totals.checkpoint);
  link_.ReportProgress(progress);
}

void TrainerReporter::AddLastStep(const InputTotals& input, absl::Duration elapsed) {
  const absl::Duration computing = last_->input + last_->times.forward + last_->times.backward + last_->times.optimizer;
  Add(metric::kTrainSamples, static_cast<double>(samples_since_), JobLabel());
  Add(metric::kCollectiveBytes, static_cast<double>(collective_bytes_since_));
  Add(metric::kRankStepDuration, absl::ToDoubleSeconds(computing),
      {{"job", identity_.job}, {"rank", absl::StrCat(identity_.rank)}});
  Add(metric::kDatasetReadBytes, static_cast<double>(input.compressed_bytes - input_before_.compressed_bytes));
  // A new loader begins at zero.
  const absl::Duration busy = input.busy >= input_before_.busy ? input.busy - input_before_.busy : input.busy;
  Add(metric::kRenderThreadsBusy, std::clamp(absl::FDivDuration(busy, elapsed * input.threads), 0.0, 1.0),
      {{"slot", absl::StrCat(identity_.slot)}});
  input_before_ = input;
  if (identity_.rank != 0) return;
  Add(metric::kTrainLoss, last_->loss, JobLabel());
  Add(metric::kTrainLearningRate, last_->learning_rate, JobLabel());
  if (last_->gradient_norm) Add(metric::kTrainGradNorm, *last_->gradient_norm, JobLabel());
}

void TrainerReporter::Add(absl::string_view name, double value, Labels labels) {
  MetricReport& report = metrics_.emplace_back();
  report.name = std::string(name);
  report.labels = std::move(labels);
  report.value = value;
}

void TrainerReporter::AddPhase(absl::string_view name, const char* phase, absl::Duration duration) {
  Add(name, absl::ToDoubleSeconds(duration), {{"phase", phase}});
}

}  // namespace doodle
