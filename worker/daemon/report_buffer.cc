#include "worker/daemon/report_buffer.h"

#include <algorithm>
#include <utility>

namespace doodle {

bool NeedsAck(const v1::TrainerReport& report) {
  switch (report.report_case()) {
    case v1::TrainerReport::kFormed:
    case v1::TrainerReport::kEvaluation:
    case v1::TrainerReport::kCheckpoint:
    case v1::TrainerReport::kFinished:
    case v1::TrainerReport::kRestoreRefused:
      return true;
    default:
      return false;
  }
}

bool EndsWithItsGeneration(const v1::TrainerReport& report) {
  return !report.has_evaluation() && !report.has_checkpoint() && !report.has_metrics();
}

bool ReportBuffer::Add(ProcessId process, const v1::TrainerReport& report) {
  reports_.push_back({process, report});
  if (reports_.size() <= kMaxReports) return true;
  reports_.pop_front();
  return false;
}

std::optional<BufferedReport> ReportBuffer::Take(const v1::ReportAck& ack) {
  const auto found = std::find_if(reports_.begin(), reports_.end(), [&](const BufferedReport& buffered) {
    const v1::TrainerReport& report = buffered.report;
    return report.sequence() == ack.sequence() && report.generation() == ack.generation() &&
           report.rank() == ack.rank() && report.job() == ack.job();
  });
  if (found == reports_.end()) return std::nullopt;
  BufferedReport taken = std::move(*found);
  reports_.erase(found);
  return taken;
}

void ReportBuffer::Supersede(ProcessId process, uint64_t generation) {
  const auto superseded = [&](const BufferedReport& buffered) {
    return buffered.process == process && buffered.report.generation() < generation &&
           EndsWithItsGeneration(buffered.report);
  };
  reports_.erase(std::remove_if(reports_.begin(), reports_.end(), superseded), reports_.end());
}

}  // namespace doodle
