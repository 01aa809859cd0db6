#include "cli/job_description.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/format.h"
#include "cli/job_state.h"
#include "cli/text_table.h"

namespace doodle {

namespace {

std::string Field(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return absl::StrFormat("%-15s%s\n", name, value);
}

std::string Members(const v1::GenerationRecord& generation) {
  return absl::StrJoin(generation.members(), " ", [](std::string* out, const v1::GenerationMember& member) {
    absl::StrAppend(out, member.rank(), "=", member.worker_id(), "/", member.slot());
  });
}

// From the loss of the generation before (for the first: from its creation) until it was formed.
std::string Recovery(const v1::Job& job, int index) {
  const v1::GenerationRecord& generation = job.generations(index);
  if (!generation.formed() || !IsSet(generation.form_time())) return "";
  const bool first = index == 0 || !IsSet(job.generations(index - 1).end_time());
  const auto& from = first ? generation.create_time() : job.generations(index - 1).end_time();
  return DurationText(ToTime(generation.form_time()) - ToTime(from));
}

std::string Progress(const v1::Job& job) {
  const double share =
      job.total_steps() == 0 ? 0 : static_cast<double>(job.step()) / static_cast<double>(job.total_steps());
  return absl::StrCat(CountText(job.step()), " of ", CountText(job.total_steps()), " (", ShareText(share), ")");
}

std::string Training(const v1::Job& job) {
  if (job.step() == 0) return "";
  std::string text = absl::StrFormat("loss %.4f, learning rate %s", job.loss(), RateText(job.learning_rate()));
  if (job.samples_per_second() > 0) {
    absl::StrAppend(&text, ", ", CountText(static_cast<uint64_t>(job.samples_per_second())), " images/s");
  }
  return text;
}

std::string Model(const v1::JobSpec& spec) {
  return absl::StrCat(spec.model().name(), ", ", spec.raster().size(), " px, ", spec.model().in_channels(),
                      spec.model().in_channels() == 1 ? " channel" : " channels");
}

std::string Ended(const v1::Job& job) {
  if (!IsSet(job.end_time())) return "";
  if (!IsSet(job.start_time())) return TimeText(job.end_time());
  const absl::Duration took = ToTime(job.end_time()) - ToTime(job.start_time());
  return absl::StrCat(TimeText(job.end_time()), " (after ", DurationText(took), ")");
}

std::string Marks(const v1::CheckpointRecord& checkpoint) {
  return absl::StrCat(checkpoint.latest() ? "latest" : "", checkpoint.latest() && checkpoint.best() ? " " : "",
                      checkpoint.best() ? "best" : "");
}

std::string Section(const std::string& heading, const TextTable& table) {
  return table.empty() ? "" : absl::StrCat("\n", heading, "\n", table.Text(2));
}

}  // namespace

std::string DescribeStages(const v1::Job& job) {
  TextTable table({"STAGE", "FIRST STEP>", "STEPS>", "EPOCHS>", "BATCH>", "LANES>", "DRAWINGS>", "PLAN"});
  for (int i = 0; i < job.stages_size(); ++i) {
    const v1::StageAssignment& stage = job.stages(i);
    const std::string name = i < job.spec().stages_size() ? job.spec().stages(i).name() : "";
    table.Add({name.empty() ? absl::StrCat(i) : name, CountText(stage.first_step()), CountText(stage.steps()),
               absl::StrCat(stage.plan().epochs()), CountText(stage.plan().global_batch()),
               absl::StrCat(stage.plan().lanes()), CountText(stage.plan().samples()),
               ShortDigest(stage.plan_digest())});
  }
  return Section("Stages", table);
}

std::string DescribeGenerations(const v1::Job& job) {
  TextTable table(
      {"GENERATION>", "REASON", "FORMED", "START STEP>", "LEADER>", "RESTORED FROM", "RECOVERY>", "RANKS", "ENDED"});
  for (int i = 0; i < job.generations_size(); ++i) {
    const v1::GenerationRecord& generation = job.generations(i);
    const bool formed = generation.formed();
    table.Add({absl::StrCat(generation.generation()), generation.reason(),
               formed ? TimeText(generation.form_time()) : "no", formed ? CountText(generation.start_step()) : "",
               formed ? absl::StrCat(generation.leader_rank()) : "", generation.restored_from(), Recovery(job, i),
               Members(generation), generation.end_reason()});
  }
  return Section("Generations", table);
}

std::string DescribeEvaluations(const v1::Job& job) {
  TextTable table({"STEP>", "SPLIT", "WEIGHTS", "TOP1>", "TOP3>", "MAP3>", "LOSS>", "DRAWINGS>"});
  for (const v1::Evaluation& evaluation : job.evaluations()) {
    table.Add({CountText(evaluation.step()), evaluation.split(), evaluation.weights(),
               absl::StrFormat("%.4f", evaluation.top1()), absl::StrFormat("%.4f", evaluation.top3()),
               absl::StrFormat("%.4f", evaluation.map3()), absl::StrFormat("%.4f", evaluation.loss()),
               CountText(evaluation.drawings())});
  }
  return Section("Evaluations", table);
}

std::string DescribeCheckpoints(const std::vector<v1::CheckpointRecord>& checkpoints) {
  TextTable table({"CHECKPOINT", "NEXT STEP>", "GENERATION>", "SIZE>", "METRIC>", "CREATED", "MARKS"});
  for (const v1::CheckpointRecord& checkpoint : checkpoints) {
    table.Add({checkpoint.name(), CountText(checkpoint.tag().next_step()), absl::StrCat(checkpoint.tag().generation()),
               BytesText(checkpoint.bytes()),
               checkpoint.has_metric() ? absl::StrFormat("%.4f", checkpoint.metric()) : "",
               TimeText(checkpoint.create_time()), Marks(checkpoint)});
  }
  return Section("Checkpoints", table);
}

std::string DigestsEqual(const v1::Job& job) {
  if (job.ranks_size() == 0) return "not known yet";
  const v1::StateDigest& first = job.ranks(0).digest();
  bool equal = true;
  for (const v1::RankStatus& rank : job.ranks()) {
    if (rank.digest().parameters().empty() || rank.digest().optimizer().empty()) return "not known yet";
    equal = equal && rank.digest().parameters() == first.parameters() && rank.digest().optimizer() == first.optimizer();
  }
  return equal ? "yes" : "no";
}

std::string DescribeFailure(const v1::Job& job) {
  if (!job.has_first_failure()) return "";
  const v1::FailureRecord& failure = job.first_failure();
  std::string text = absl::StrCat("\nFirst failure\n  ", TimeText(failure.time()), ", generation ",
                                  failure.generation(), ", after step ", CountText(failure.step()));
  if (failure.has_rank()) absl::StrAppend(&text, ", rank ", failure.rank());
  if (!failure.worker_id().empty()) absl::StrAppend(&text, ", worker ", failure.worker_id());
  absl::StrAppend(&text, failure.cause().empty() ? "" : ", ", failure.cause(), "\n  ", failure.message(), "\n");
  if (failure.log_tail().empty()) return text;
  absl::StrAppend(&text, "  The end of its log:\n");
  for (const absl::string_view line : absl::StrSplit(failure.log_tail(), '\n', absl::SkipWhitespace())) {
    absl::StrAppend(&text, "    ", line, "\n");
  }
  return text;
}

std::string DescribeRanks(const v1::Job& job) {
  TextTable table({"RANK>", "WORKER", "SLOT>", "NEXT STEP>", "SAMPLES>", "SHARE>", "PARAMETERS", "OPTIMIZER"});
  for (const v1::RankStatus& rank : job.ranks()) {
    table.Add({absl::StrCat(rank.rank()), rank.worker_id(), absl::StrCat(rank.slot()), CountText(rank.next_step()),
               CountText(rank.samples()), ShareText(rank.samples_share()), ShortDigest(rank.digest().parameters()),
               ShortDigest(rank.digest().optimizer())});
  }
  if (table.empty()) return "";
  return absl::StrCat(Section("Ranks", table), "  digests equal: ", DigestsEqual(job), "\n");
}

std::string DescribeJob(const v1::Job& job) {
  const std::vector<v1::CheckpointRecord> checkpoints(job.checkpoints().begin(), job.checkpoints().end());
  return absl::StrCat(
      Field("Job", job.id()), Field("State", StateName(job.state())), Field("Reason", job.reason()),
      Field("Model", Model(job.spec())), Field("Dataset", job.spec().dataset()), Field("Steps", Progress(job)),
      Field("Epochs", absl::StrFormat("%.2f of %d", job.epoch(), job.total_epochs())), Field("Training", Training(job)),
      Field("Created", TimeText(job.create_time())), Field("Started", TimeText(job.start_time())),
      Field("Ended", Ended(job)),
      Field("Failures", absl::StrCat(job.failures(), " in a row, of ", job.spec().max_restarts(), " allowed")),
      Field("Files", job.job_directory()), DescribeFailure(job), DescribeStages(job), DescribeGenerations(job),
      DescribeEvaluations(job), DescribeCheckpoints(checkpoints), DescribeRanks(job));
}

}  // namespace doodle
