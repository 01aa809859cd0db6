// A task's specification in, its events out (proto/doodle/v1/task_spec.proto), as plain values. A task is a piece of
// work of one trainer process that belongs to no job: the command line starts it and reads what it writes.
//
//     DOODLE_ASSIGN_OR_RETURN(const Task task, ReadTask(3));
//     TaskEventWriter events(STDOUT_FILENO);
//     ...                                          // events.Progress(done, total) now and then, events.Result once
//     return events.End(status);
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

// The words of drawings, as a submission.
struct PredictTask {
  std::string model;                // A checkpoint directory, a .safetensors or a .pth with its .json.
  std::vector<std::string> inputs;  // Files or folders of drawings.
  std::string output;               // CSV: key_id,word
  std::string probabilities;        // .npy, float32 [drawings, classes]; empty: none.
};

// The scores of a model on labeled drawings.
struct EvaluateTask {
  std::string model;                // As PredictTask's.
  std::vector<std::string> inputs;  // Files of drawings, or one dataset directory.
  std::string split;                // Of the dataset; empty: all.
};

// The weights of a checkpoint in a file of another format.
struct ExportTask {
  std::string checkpoint;  // A checkpoint directory.
  std::string output;      // .safetensors or .pth
};

using Task = std::variant<PredictTask, EvaluateTask, ExportTask>;

// Reads one TaskSpec from `fd` until its end. INVALID_ARGUMENT for bytes that are none or name no task.
absl::StatusOr<Task> ReadTask(int fd);

// Writes framed TaskEvents to `fd`, which must outlive it and is not closed here.
// Thread-compatible.
class TaskEventWriter {
 public:
  explicit TaskEventWriter(int fd) : fd_(fd) {}
  absl::Status Progress(uint64_t done, uint64_t total);  // Drawings; total 0: not known.
  // `values` by name (top1, map3, drawings, ...); `files` that were written, in the order asked for.
  absl::Status Result(const std::map<std::string, double>& values, const std::vector<std::string>& files);
  absl::Status End(const absl::Status& status);  // Last, always.

 private:
  int fd_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_TASK_CHANNEL_H_
