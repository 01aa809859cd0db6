#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/job_file.h"
#include "common/schedule/schedule.h"
#include "common/schedule/schedule_curve.h"
#include "common/spec/stage_resolution.h"
#include "common/status/status.h"

namespace doodle {

namespace {

constexpr int kTextHeight = 12;
constexpr int kSvgWidth = 900;
constexpr int kSvgHeight = 360;
constexpr uint64_t kMaxSteps = 20'000'000;

struct LrOptions {
  std::string job;
  std::vector<std::string> overrides;
  std::string svg;
  std::string samples;
};

// The stages, from the dataset, or as if each view had `samples` drawings.
absl::StatusOr<std::vector<ResolvedStage>> Stages(const Environment& environment, const JobFile& job,
                                                  const std::string& samples) {
  if (!samples.empty()) {
    uint64_t count = 0;
    if (!absl::SimpleAtoi(samples, &count) || count == 0) {
      return absl::InvalidArgumentError(absl::StrCat("--samples: \"", samples, "\" is not a whole number from 1"));
    }
    return ResolveStages(job.spec, std::vector<uint64_t>(job.spec.stages.size(), count));
  }
  absl::StatusOr<std::vector<ResolvedStage>> stages = ResolveJobFile(environment, job);
  if (absl::IsNotFound(stages.status())) {
    return Annotate(stages.status(), "the number of steps needs the dataset, or --samples N");
  }
  return stages;
}

absl::StatusOr<std::vector<double>> Rates(const std::vector<ResolvedStage>& stages) {
  if (TotalSteps(stages) > kMaxSteps) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxSteps, " steps cannot be plotted"));
  }
  std::vector<double> rates;
  for (const ResolvedStage& stage : stages) {
    DOODLE_ASSIGN_OR_RETURN(const Schedule schedule,
                            Schedule::Create(stage.schedule, static_cast<int64_t>(stage.steps)));
    for (uint64_t step = 0; step < stage.steps; ++step) {
      rates.push_back(schedule.At(static_cast<int64_t>(step)).learning_rate);
    }
  }
  return rates;
}

absl::Status PlotRates(Environment& environment, const LrOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const JobFile job, ReadJobFile(environment, options.job, options.overrides));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<ResolvedStage> stages, Stages(environment, job, options.samples));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<double> rates, Rates(stages));
  Console& console = environment.console;
  if (!options.svg.empty()) {
    const std::string title = absl::StrCat("learning rate of ", job.spec.name);
    DOODLE_RETURN_IF_ERROR(WriteFileAtomically(environment.files, AbsolutePath(environment, options.svg),
                                               PlotCurveSvg(rates, kSvgWidth, kSvgHeight, title)));
    console.Message(absl::StrCat("wrote ", options.svg));
  }
  if (console.json()) {
    console.Data(nlohmann::json({{"job", job.spec.name}, {"steps", rates.size()}, {"learningRate", rates}}).dump());
  } else if (options.svg.empty()) {
    console.Data(PlotCurveText(rates, std::clamp(console.options().width - 12, 20, 100), kTextHeight));
  }
  return absl::OkStatus();
}

}  // namespace

void AddLrCommand(Command root, Environment& environment) {
  auto options = std::make_shared<LrOptions>();
  Command lr = root.Add({"lr"}, "Learning rates.", "doodle lr plot quick.yaml");
  Command plot = lr.Add({"plot"}, "The learning rate of every step of a job, as a curve.",
                        "doodle lr plot quick.yaml\ndoodle lr plot quick.yaml --samples 1000000 --svg rate.svg");
  plot.Argument(options->job, "JOB.yaml", "A job file; - is standard input.");
  plot.Options(options->overrides, "--set", "a.b=c", "Overrides one field; may be repeated.");
  plot.Option(options->samples, "--samples", "N", "Drawings of each stage, in place of the dataset's.");
  plot.Option(options->svg, "--svg", "FILE", "Writes the curve there as SVG.");
  plot.Run([&environment, options] { return PlotRates(environment, *options); });
}

}  // namespace doodle
