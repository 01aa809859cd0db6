#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/datasets_command.h"
#include "cli/format.h"
#include "cli/json_text.h"
#include "common/audit/sample_audit.h"
#include "common/plan/open_view.h"
#include "common/shard/dataset_reader.h"
#include "common/shard/key_order.h"
#include "common/spec/gang_proto.h"
#include "common/spec/job_spec_proto.h"
#include "common/status/status.h"

namespace doodle {

namespace {

std::vector<std::vector<uint64_t>> KeysOf(const View& view, const DatasetReader& dataset) {
  std::vector<std::vector<uint64_t>> keys;
  for (const View::Shard& shard : view.shards()) {
    const std::vector<ShardRow>& rows = dataset.shard(shard.shard).rows();
    std::vector<uint64_t>& of_shard = keys.emplace_back();
    of_shard.reserve(shard.positions.size());
    for (const uint32_t position : shard.positions) of_shard.push_back(KeyOfHash(rows[position].key_hash));
  }
  return keys;
}

// The plans are made anew from the dataset and must be those that the job was given.
absl::StatusOr<std::vector<AuditStage>> StagesOf(Environment& environment, const v1::Job& job) {
  DOODLE_ASSIGN_OR_RETURN(const JobSpec spec, FromProto(job.spec()));
  DOODLE_ASSIGN_OR_RETURN(const std::string directory, DatasetDirectory(environment, spec.dataset));
  DOODLE_ASSIGN_OR_RETURN(const auto dataset, DatasetReader::Open(environment.files, directory), "dataset");
  std::vector<AuditStage> stages;
  for (int i = 0; i < job.stages_size(); ++i) {
    const std::string name = absl::StrCat("stage ", i);
    DOODLE_ASSIGN_OR_RETURN(const View view, OpenView(spec.stages[static_cast<size_t>(i)].view, *dataset), name);
    DOODLE_ASSIGN_OR_RETURN(StagePlan plan, StagePlan::Create(FromProto(job.stages(i).plan()), view.ShardSizes()),
                            name);
    if (plan.Digest() != job.stages(i).plan_digest()) {
      return absl::FailedPreconditionError(absl::StrCat(name, ": ", directory, " is no longer the job's dataset"));
    }
    stages.push_back({std::move(plan), job.stages(i).first_step(), KeysOf(view, *dataset)});
  }
  return stages;
}

History HistoryOf(const v1::Job& job) {
  History history = {{0, 0}};
  for (const v1::GenerationRecord& generation : job.generations()) {
    if (generation.formed()) history.push_back({generation.generation(), generation.start_step()});
  }
  return history;
}

std::string Json(const std::string& job, const AuditReport& report) {
  const nlohmann::ordered_json json = {{"job", job},
                                       {"steps", report.steps},
                                       {"samples", report.samples},
                                       {"epochs", report.epochs},
                                       {"missing", report.missing},
                                       {"duplicate", report.duplicate},
                                       {"unexpected", report.unexpected},
                                       {"skipped", report.skipped},
                                       {"problems", report.problems},
                                       {"ok", report.ok()}};
  return JsonText(json);
}

std::string Text(const std::string& job, const AuditReport& report, size_t generations) {
  std::string text = absl::StrCat("job ", job, ": ", CountText(report.steps), " steps in ", generations,
                                  " generations, ", report.epochs, " complete epochs, ", CountText(report.samples),
                                  " samples\nmissing ", CountText(report.missing), ", duplicate ",
                                  CountText(report.duplicate), ", unexpected ", CountText(report.unexpected));
  if (!report.skipped.empty()) {
    absl::StrAppend(&text, "\nsteps that loss scaling skipped: ", absl::StrJoin(report.skipped, ", "));
  }
  for (const std::string& problem : report.problems) absl::StrAppend(&text, "\n  ", problem);
  return text;
}

absl::Status Audit(Environment& environment, const std::string& id) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const v1::Job job, client->GetJob(id));
  if (!job.spec().audit()) {
    return absl::FailedPreconditionError(absl::StrCat("job ", id, " was not submitted with audit: true"));
  }
  DOODLE_ASSIGN_OR_RETURN(std::vector<AuditStage> stages, StagesOf(environment, job));
  const History history = HistoryOf(job);
  DOODLE_ASSIGN_OR_RETURN(const AuditReport report,
                          AuditSamples(environment.files, absl::StrCat(job.job_directory(), "/audit"), history,
                                       job.step(), std::move(stages)));
  Console& console = environment.console;
  console.Data(console.json() ? Json(id, report) : Text(id, report, history.size() - 1));
  if (report.ok()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("job ", id, ": not every sample was used exactly once"));
}

}  // namespace

void AddAuditCommand(Command root, Environment& environment) {
  auto job = std::make_shared<std::string>();
  Command audit = root.Add({"audit"}, "Proves from the ranks' sample logs that every drawing was used exactly once.",
                           "doodle audit quick");
  audit.Argument(*job, "JOB", "Its id; submitted with audit: true.");
  audit.Run([&environment, job] { return Audit(environment, *job); });
}

}  // namespace doodle
