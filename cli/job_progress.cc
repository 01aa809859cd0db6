#include "cli/job_progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "cli/format.h"
#include "cli/job_state.h"

namespace doodle {

namespace {

constexpr int kWideTerminal = 120;  // Columns; below, the bar is short and the figures stand closer.
constexpr int kWideBar = 24;        // Cells.
constexpr int kNarrowBar = 6;
constexpr uint64_t kParts = 20;

double Share(const v1::Job& job) {
  if (job.total_steps() == 0) return 0;
  return std::min(1.0, static_cast<double>(job.step()) / static_cast<double>(job.total_steps()));
}

const v1::GenerationRecord* NewestFormed(const v1::Job& job) {
  for (int i = job.generations_size() - 1; i >= 0; --i) {
    if (job.generations(i).formed()) return &job.generations(i);
  }
  return nullptr;
}

// Time to the last step at the present speed; empty when there is none.
std::string TimeLeft(const v1::Job& job) {
  if (job.samples_per_second() <= 0) return "";
  double samples = 0;
  for (const v1::StageAssignment& stage : job.stages()) {
    const uint64_t end = stage.first_step() + stage.steps();
    const uint64_t from = std::clamp(job.step(), stage.first_step(), end);
    samples += static_cast<double>(end - from) * static_cast<double>(stage.plan().global_batch());
  }
  return absl::StrCat("  left ", DurationText(absl::Seconds(samples / job.samples_per_second())));
}

std::string GenerationLine(const v1::GenerationRecord& generation) {
  return absl::StrFormat("generation %d formed: %d ranks from step %d (%s), restored from %s", generation.generation(),
                         generation.members_size(), generation.start_step(), generation.reason(),
                         generation.restored_from().empty() ? "-" : generation.restored_from());
}

std::string EvaluationLine(const v1::Evaluation& evaluation) {
  return absl::StrFormat("evaluated step %d on %s: top1 %.4f  top3 %.4f  map3 %.4f  (%s drawings)", evaluation.step(),
                         evaluation.split(), evaluation.top1(), evaluation.top3(), evaluation.map3(),
                         CountText(evaluation.drawings()));
}

}  // namespace

const v1::Evaluation* NewestEvaluation(const v1::Job& job) {
  const v1::Evaluation* newest = nullptr;
  for (const v1::Evaluation& evaluation : job.evaluations()) {
    if (newest == nullptr || evaluation.step() >= newest->step()) newest = &evaluation;
  }
  return newest;
}

std::string ProgressFigures(const v1::Job& job) {
  std::string text = absl::StrCat("step ", CountText(job.step()), "/", CountText(job.total_steps()));
  absl::StrAppend(&text, absl::StrFormat("  epoch %.1f/%d", job.epoch(), job.total_epochs()));
  if (job.step() > 0) {
    absl::StrAppend(&text, absl::StrFormat("  loss %.3f", job.loss()), "  lr ", RateText(job.learning_rate()), "  ",
                    CountText(static_cast<uint64_t>(job.samples_per_second())), " images/s");
  }
  if (const v1::Evaluation* evaluation = NewestEvaluation(job)) {
    absl::StrAppend(&text, "  map3 ", ScoreText(evaluation->map3()));
  }
  if (job.generations_size() > 0) {
    absl::StrAppend(&text, "  generation ", job.generations(job.generations_size() - 1).generation());
  }
  return text;
}

std::string ProgressBar(const v1::Job& job, int width) {
  const bool wide = width >= kWideTerminal;
  const int cells = wide ? kWideBar : kNarrowBar;
  const int done = static_cast<int>(Share(job) * cells);
  std::string bar(static_cast<size_t>(done), '=');
  if (done < cells) bar += '>';
  bar.resize(static_cast<size_t>(cells), ' ');
  std::string figures = absl::StrCat(ProgressFigures(job), TimeLeft(job));
  if (!wide) figures = absl::StrReplaceAll(figures, {{"step ", ""}, {"  ", " "}});
  std::string line = absl::StrFormat("[%s] %2d %% %s", bar, static_cast<int>(Share(job) * 100), figures);
  if (static_cast<int>(line.size()) >= width) line.resize(static_cast<size_t>(std::max(width - 1, 0)));
  return line;
}

void JobProgress::Line(const std::string& text) {
  if (lines_ == Lines::kData) {
    console_.Data(text);
  } else {
    console_.Message(text);
  }
}

void JobProgress::ShowEvents(const v1::Job& job) {
  if (job.state() != state_ || job.reason() != reason_) {
    state_ = job.state();
    reason_ = job.reason();
    const std::string state = console_.Paint(StateColor(state_), StateName(state_));
    Line(absl::StrCat("job ", job.id(), ": ", state, reason_.empty() ? "" : absl::StrCat(" (", reason_, ")")));
  }
  const v1::GenerationRecord* generation = NewestFormed(job);
  if (generation != nullptr && generation->generation() != generation_) {
    generation_ = generation->generation();
    Line(GenerationLine(*generation));
  }
  for (; evaluations_ < job.evaluations_size(); ++evaluations_) Line(EvaluationLine(job.evaluations(evaluations_)));
}

void JobProgress::Show(const v1::Job& job) {
  ShowEvents(job);
  if (JobEnded(job.state())) {
    console_.ClearTransient();
    return;
  }
  if (console_.options().error_is_terminal) {
    console_.Transient(ProgressBar(job, console_.options().width));
    return;
  }
  const uint64_t twentieth = job.total_steps() == 0 ? 0 : job.step() * kParts / job.total_steps();
  if (twentieth == twentieth_) return;
  twentieth_ = twentieth;
  Line(ProgressFigures(job));
}

}  // namespace doodle
