// jobs/<job>/metrics.jsonl: one JSON object a line, appended by the executor.
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "coordinator/control/controller.h"

namespace doodle {

void Controller::AppendMetrics(JobEntry& entry, const std::string& line) {
  const int64_t millis = absl::ToUnixMillis(ports_.clock.Now());
  RunLater([path = absl::StrCat(entry.definition.job_directory(), "/metrics.jsonl"),
            text = absl::StrCat("{\"time_ms\":", millis, ",", line.substr(1), "\n")] {
    // Plain appending: a line that a crash cuts off is a metric lost, nothing that is decided on.
    std::ofstream file(path, std::ios::app | std::ios::binary);
    file << text;
    if (!file) LogWarning("metrics.jsonl", {{"path", path}});
  });
}

}  // namespace doodle
