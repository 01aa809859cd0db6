#include "worker/link/report_conversion.h"

#include "common/rpc/status_conversion.h"
#include "common/spec/gang_proto.h"

namespace doodle {
namespace {

void SetDigest(const StateDigest& digest, v1::StateDigest& message) {
  message.set_parameters(digest.parameters);
  message.set_optimizer(digest.optimizer);
}

}  // namespace

v1::TrainerReport ReportOf(const FormedReport& report) {
  v1::TrainerReport message;
  v1::Formed& formed = *message.mutable_formed();
  formed.set_start_step(report.start_step);
  formed.set_leader_rank(report.leader_rank);
  formed.set_restored_from(report.restored_from);
  SetDigest(report.digest, *formed.mutable_digest());
  return message;
}

v1::TrainerReport ReportOf(const FinishedReport& report) {
  v1::TrainerReport message;
  v1::Finished& finished = *message.mutable_finished();
  finished.set_next_step(report.next_step);
  finished.set_samples(report.samples);
  SetDigest(report.digest, *finished.mutable_digest());
  return message;
}

v1::TrainerReport ReportOf(const ProgressReport& report) {
  v1::TrainerReport message;
  v1::Progress& progress = *message.mutable_progress();
  progress.set_next_step(report.next_step);
  progress.set_samples(report.samples);
  progress.set_epoch(report.epoch);
  progress.set_loss(report.loss);
  progress.set_learning_rate(report.learning_rate);
  progress.set_samples_per_second(report.samples_per_second);
  progress.set_stage(report.stage);
  progress.set_data_wait_seconds(report.data_wait_seconds);
  progress.set_checkpoint_seconds(report.checkpoint_seconds);
  return message;
}

v1::TrainerReport ReportOf(const EvaluationReport& report) {
  v1::TrainerReport message;
  v1::Evaluation& evaluation = *message.mutable_evaluation();
  evaluation.set_step(report.step);
  evaluation.set_split(report.split);
  evaluation.set_weights(report.weights);
  evaluation.set_loss(report.loss);
  evaluation.set_top1(report.top1);
  evaluation.set_top3(report.top3);
  evaluation.set_map3(report.map3);
  evaluation.set_drawings(report.drawings);
  return message;
}

v1::TrainerReport ReportOf(const CheckpointReport& report) {
  v1::TrainerReport message;
  v1::CheckpointWritten& checkpoint = *message.mutable_checkpoint();
  checkpoint.set_name(report.name);
  *checkpoint.mutable_tag() = ToProto(report.tag);
  checkpoint.set_bytes(report.bytes);
  checkpoint.set_manifest_sha256(report.manifest_sha256);
  return message;
}

v1::TrainerReport ReportOf(const std::vector<MetricReport>& samples) {
  v1::TrainerReport message;
  message.mutable_metrics();
  for (const MetricReport& sample : samples) {
    v1::MetricSample& metric = *message.mutable_metrics()->add_samples();
    metric.set_name(sample.name);
    metric.mutable_labels()->insert(sample.labels.begin(), sample.labels.end());
    metric.set_value(sample.value);
  }
  return message;
}

v1::TrainerReport FailureReport(const absl::Status& status, bool permanent) {
  v1::TrainerReport message;
  message.mutable_failure()->set_code(static_cast<uint32_t>(status.code()));
  message.mutable_failure()->set_message(ToGrpcStatus(status).error_message());
  message.mutable_failure()->set_permanent(permanent);
  return message;
}

v1::TrainerReport RestoreRefusedReport(const std::string& checkpoint, const std::string& reason) {
  v1::TrainerReport message;
  message.mutable_restore_refused()->set_checkpoint(checkpoint);
  message.mutable_restore_refused()->set_reason(reason);
  return message;
}

}  // namespace doodle
