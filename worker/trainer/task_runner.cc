#include "worker/trainer/task_runner.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/status.h"
#include "worker/link/task_channel.h"
#include "worker/predict/model_export.h"
#include "worker/predict/predictor.h"

namespace doodle {
namespace {

// At most a few progress events a second, however small the batches.
class ProgressEvents {
 public:
  ProgressEvents(TaskEventWriter& events, Clock& clock) : events_(events), clock_(clock) {}

  void operator()(uint64_t done, uint64_t total) {
    const absl::Duration now = clock_.SteadyNow();
    if (now < next_) return;
    next_ = now + absl::Milliseconds(200);
    events_.Progress(done, total).IgnoreError();  // A reader that is gone shows at the result.
  }

 private:
  TaskEventWriter& events_;
  Clock& clock_;
  absl::Duration next_;
};

// Runs the alternative of the task and writes its result.
struct Runner {
  FileSystem& files;
  TaskEventWriter& events;
  ProgressEvents& progress;

  auto Show() const {
    return [&shown = progress](uint64_t done, uint64_t total) { shown(done, total); };
  }

  absl::Status operator()(const PredictTask& task) {
    PredictOptions options;
    options.model = task.model;
    options.inputs = task.inputs;
    options.output = task.output;
    options.probabilities = task.probabilities;
    DOODLE_ASSIGN_OR_RETURN(const uint64_t drawings, Predict(files, options, Show()));
    std::vector<std::string> written = {task.output};
    if (!task.probabilities.empty()) written.push_back(task.probabilities);
    return events.Result({{"drawings", static_cast<double>(drawings)}}, written);
  }

  absl::Status operator()(const EvaluateTask& task) {
    EvaluateOptions options;
    options.model = task.model;
    options.inputs = task.inputs;
    options.split = task.split;
    DOODLE_ASSIGN_OR_RETURN(const RankingMetrics metrics, EvaluateDrawings(files, options, Show()));
    const std::map<std::string, double> values = {{"loss", metrics.loss},
                                                  {"top1", metrics.top1},
                                                  {"top3", metrics.top3},
                                                  {"map3", metrics.map3},
                                                  {"drawings", metrics.count}};
    return events.Result(values, {});
  }

  absl::Status operator()(const ExportTask& task) {
    DOODLE_ASSIGN_OR_RETURN(const std::vector<std::string> written, ExportModel(files, task.checkpoint, task.output));
    return events.Result({}, written);
  }
};

absl::Status ReadAndRun(absl::string_view name, int spec_fd, TaskEventWriter& events, FileSystem& files, Clock& clock) {
  DOODLE_ASSIGN_OR_RETURN(const Task task, ReadTask(spec_fd), "task specification");
  constexpr absl::string_view kNames[] = {"predict", "evaluate", "export"};  // In the order of Task.
  if (name != kNames[task.index()]) {
    return absl::InvalidArgumentError(absl::StrCat("the specification is of ", kNames[task.index()], ", not ", name));
  }
  ProgressEvents progress(events, clock);
  return std::visit(Runner{files, events, progress}, task);
}

}  // namespace

absl::Status RunTask(absl::string_view name, int spec_fd, int event_fd, FileSystem& files, Clock& clock) {
  TaskEventWriter events(event_fd);
  const absl::Status status = ReadAndRun(name, spec_fd, events, files, clock);
  const absl::Status ended = events.End(status);
  return status.ok() ? ended : status;
}

}  // namespace doodle
