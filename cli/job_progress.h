// A job's progress as text: one line of figures, a bar on a terminal, and what is worth a line of its own.
#ifndef DOODLE_CLI_JOB_PROGRESS_H_
#define DOODLE_CLI_JOB_PROGRESS_H_

#include <cstdint>
#include <string>

#include "cli/console.h"
#include "doodle/v1/job_service.pb.h"

namespace doodle {

// "step 120/1,620  epoch 1.2/10  loss 0.532  lr 2.0e-03  1,234 images/s  map3 0.873  generation 1". Pure.
std::string ProgressFigures(const v1::Job& job);

// "[=====>      ] 37 % " before as many of the figures, and the time left, as fit into `width` columns. Pure.
std::string ProgressBar(const v1::Job& job, int width);

// The newest MAP@3 over the split; empty optional before the first evaluation.
const v1::Evaluation* NewestEvaluation(const v1::Job& job);

// Shows a job as it changes. A line for each change of state, new generation and evaluation; between them a bar that
// is redrawn on a terminal, else a line whenever another twentieth of the steps is done. Thread-compatible.
class JobProgress {
 public:
  // Where the lines go: to standard output when they are what was asked for, else to standard error.
  enum class Lines { kData, kMessages };
  // `console` must outlive it.
  JobProgress(Console& console, Lines lines) : console_(console), lines_(lines) {}

  void Show(const v1::Job& job);

 private:
  void Line(const std::string& text);
  void ShowEvents(const v1::Job& job);

  Console& console_;
  const Lines lines_;
  v1::JobState state_ = v1::JOB_STATE_UNSPECIFIED;
  std::string reason_;
  uint64_t generation_ = 0;
  int evaluations_ = 0;
  uint64_t twentieth_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_CLI_JOB_PROGRESS_H_
