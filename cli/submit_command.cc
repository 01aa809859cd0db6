#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_description.h"
#include "cli/job_file.h"
#include "cli/job_progress.h"
#include "cli/job_state.h"
#include "cli/proto_json.h"
#include "common/ids/random_id.h"
#include "common/spec/job_spec_proto.h"
#include "common/spec/job_yaml.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct SubmitOptions {
  std::string job;
  std::vector<std::string> overrides;
  std::string request_id;
  bool follow = false;
  bool dry_run = false;
};

// The job that the file would become, by the dataset on this machine.
absl::StatusOr<v1::Job> PlanLocally(const Environment& environment, const JobFile& file) {
  DOODLE_ASSIGN_OR_RETURN(const std::vector<ResolvedStage> stages, ResolveJobFile(environment, file));
  v1::Job job;
  *job.mutable_spec() = WithMergedStages(file.message);
  job.set_id(job.spec().name());
  job.set_total_steps(TotalSteps(stages));
  for (const ResolvedStage& resolved : stages) {
    v1::StageAssignment& stage = *job.add_stages();
    stage.set_first_step(resolved.first_step);
    stage.set_steps(resolved.steps);
    stage.mutable_plan()->set_samples(resolved.samples);
    stage.mutable_plan()->set_epochs(static_cast<uint32_t>(resolved.epochs));
    stage.mutable_plan()->set_global_batch(resolved.global_batch);
    stage.mutable_plan()->set_lanes(resolved.lanes);
  }
  return job;
}

// By the coordinator when one answers, since it decides; else by this program.
absl::StatusOr<v1::Job> PlanAnywhere(Environment& environment, const JobFile& file) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  v1::JobServiceCreateRequest request;
  *request.mutable_spec() = file.message;
  request.set_validate_only(true);
  absl::StatusOr<v1::Job> job = client->CreateJob(request);
  if (ExitCodeOf(job.status()) != kExitUnreachable) return job;
  environment.console.Message(
      absl::StrCat("no coordinator at ", client->place(), " answers: planned here, admission not checked"));
  return PlanLocally(environment, file);
}

absl::Status DryRun(Environment& environment, const JobFile& file) {
  DOODLE_ASSIGN_OR_RETURN(v1::Job job, PlanAnywhere(environment, file));
  if (environment.console.json()) {
    environment.console.Data(ProtoJson(job));
    return absl::OkStatus();
  }
  environment.console.Data(absl::StrCat(JobYaml(WithMergedStages(file.message)), DescribeStages(job),
                                        "\ntotal steps: ", job.total_steps(), "\n"));
  return absl::OkStatus();
}

absl::Status Follow(Environment& environment, Client& client, const std::string& id) {
  Console& console = environment.console;
  JobProgress progress(console, JobProgress::Lines::kMessages);
  v1::Job last;
  absl::Status watched = client.WatchJob(id, [&](const v1::Job& job) {
    last = job;
    progress.Show(job);
  });
  if (ExitCodeOf(watched) == kExitInterrupted) {
    return Interrupted(absl::StrCat("job ", id, " goes on: `doodle jobs watch ", id, "` follows, `doodle jobs cancel ",
                                    id, "` ends it"));
  }
  DOODLE_RETURN_IF_ERROR(watched);
  console.Data(console.json() ? ProtoJson(last) : StateName(last.state()));
  return JobOutcome(last);
}

absl::Status Submit(Environment& environment, const SubmitOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const JobFile file, ReadJobFile(environment, options.job, options.overrides));
  if (options.dry_run) return DryRun(environment, file);
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  v1::JobServiceCreateRequest request;
  request.set_request_id(options.request_id.empty() ? RandomHex() : options.request_id);
  *request.mutable_spec() = file.message;
  DOODLE_ASSIGN_OR_RETURN(const v1::Job job, client->CreateJob(request));
  Console& console = environment.console;
  if (!console.json()) console.Data(job.id());
  if (options.follow) return Follow(environment, *client, job.id());
  if (console.json()) console.Data(ProtoJson(job));
  if (!job.reason().empty()) console.Message(job.reason());
  return absl::OkStatus();
}

}  // namespace

void AddSubmitCommand(Command root, Environment& environment) {
  auto options = std::make_shared<SubmitOptions>();
  Command submit = root.Add({"submit"}, "Submits a job file; prints the job's id.",
                            "doodle submit quick.yaml --follow\n"
                            "doodle submit quick.yaml --set stages[0].epochs=3 --dry-run");
  submit.Argument(options->job, "JOB.yaml", "A job file; - is standard input. Relative dataset: from here.");
  submit.Options(options->overrides, "--set", "a.b=c", "Overrides one field; may be repeated.");
  submit.Flag(options->follow, "-f,--follow", "Show its progress until it ends; exit code 1 unless it succeeded.");
  submit.Flag(options->dry_run, "--dry-run", "Only show the merged job with its steps, lanes and drawings.");
  submit.Option(options->request_id, "--request-id", "ID", "The same id again gives the same job.");
  submit.Run([&environment, options] { return Submit(environment, *options); });
}

}  // namespace doodle
