// A task's specification in, its events out (proto/doodle/v1/task_spec.proto), as plain values.
#ifndef DOODLE_WORKER_LINK_TASK_CHANNEL_H_
#define DOODLE_WORKER_LINK_TASK_CHANNEL_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace doodle {

struct PredictTask {
  std::string model;
  std::vector<std::string> inputs;
  std::string output;
  std::string probabilities;  // Empty: none.
};

struct EvaluateTask {
  std::string model;
  std::vector<std::string> inputs;
  std::string split;  // Empty: all.
};

struct ExportTask {
  std::string checkpoint;
  std::string output;
};

using Task = std::variant<PredictTask, EvaluateTask, ExportTask>;

// Reads one TaskSpec from `fd` until its end.
absl::StatusOr<Task> ReadTask(int fd);

// Writes framed TaskEvents to `fd`. Thread-compatible.
class TaskEventWriter {
 public:
  explicit TaskEventWriter(int fd) : fd_(fd) {}
  absl::Status Progress(uint64_t done, uint64_t total);
  absl::Status Result(const std::map<std::string, double>& values, const std::vector<std::string>& files);
  absl::Status End(const absl::Status& status);  // Last, always.

 private:
  int fd_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_TASK_CHANNEL_H_
