// A trainer's reports as messages. Only for .cc files without LibTorch.
#ifndef DOODLE_WORKER_LINK_REPORT_CONVERSION_H_
#define DOODLE_WORKER_LINK_REPORT_CONVERSION_H_

#include <string>
#include <vector>

#include "doodle/v1/gang.pb.h"
#include "worker/gang/transport.h"
#include "worker/link/trainer_link.h"

namespace doodle {

// Only the report itself is set; who sends it (job, generation, rank, sequence) is the link's.
v1::TrainerReport ReportOf(const FormedReport& report);
v1::TrainerReport ReportOf(const FinishedReport& report);
v1::TrainerReport ReportOf(const ProgressReport& report);
v1::TrainerReport ReportOf(const EvaluationReport& report);
v1::TrainerReport ReportOf(const CheckpointReport& report);
v1::TrainerReport ReportOf(const std::vector<MetricReport>& samples);
v1::TrainerReport FailureReport(const absl::Status& status, bool permanent);
v1::TrainerReport RestoreRefusedReport(const std::string& checkpoint, const std::string& reason);

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_REPORT_CONVERSION_H_
