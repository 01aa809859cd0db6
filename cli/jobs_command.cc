// The noun `jobs`: what is asked of one coordinator about its jobs.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/job_description.h"
#include "cli/job_progress.h"
#include "cli/job_state.h"
#include "cli/proto_json.h"
#include "cli/text_table.h"
#include "common/spec/trigger.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct JobsOptions {
  std::string job;
  bool follow = false;
  int64_t lines = 100;
  int64_t rank = -1;
  std::string timeout;
  bool delete_files = false;
  std::string priority;
};

std::string Map3(const v1::Job& job) {
  const v1::Evaluation* evaluation = NewestEvaluation(job);
  return evaluation == nullptr ? "" : ScoreText(evaluation->map3());
}

absl::Status List(Environment& environment) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<v1::Job> jobs, client->ListJobs());
  Console& console = environment.console;
  if (console.json()) {
    console.Data(ProtoJsonList("jobs", jobs));
    return absl::OkStatus();
  }
  TextTable table({"JOB", "STATE", "STEP>", "STEPS>", "EPOCH>", "LOSS>", "MAP3>", "IMAGES/S>", "AGE>", "REASON"});
  for (const v1::Job& job : jobs) {
    const bool running = job.state() == v1::JOB_STATE_RUNNING;
    table.Add({job.id(), StateName(job.state()), CountText(job.step()), CountText(job.total_steps()),
               absl::StrFormat("%.1f", job.epoch()), job.step() == 0 ? "" : absl::StrFormat("%.3f", job.loss()),
               Map3(job), running ? CountText(static_cast<uint64_t>(job.samples_per_second())) : "",
               DurationText(environment.clock.Now() - ToTime(job.create_time())), job.reason()});
  }
  if (table.empty()) {
    console.Message("no jobs; submit one with `doodle submit JOB.yaml`");
  } else {
    console.Data(table.Text());
  }
  return absl::OkStatus();
}

// Shows `job`: as JSON, or as `text` of it.
void Show(Environment& environment, const v1::Job& job, std::string (*text)(const v1::Job&)) {
  environment.console.Data(environment.console.json() ? ProtoJson(job) : text(job));
}

absl::Status Describe(Environment& environment, const JobsOptions& options, std::string (*text)(const v1::Job&)) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const v1::Job job, client->GetJob(options.job));
  Show(environment, job, text);
  return absl::OkStatus();
}

std::string History(const v1::Job& job) {
  const std::string text = absl::StrCat(DescribeGenerations(job), DescribeEvaluations(job));
  return text.empty() ? "no generation yet\n" : text.substr(1);
}

absl::Status Watch(Environment& environment, const JobsOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  JobProgress progress(environment.console, JobProgress::Lines::kData);
  v1::Job last;
  DOODLE_RETURN_IF_ERROR(client->WatchJob(options.job, [&](const v1::Job& job) {
    last = job;
    if (environment.console.json()) {
      environment.console.Data(ProtoJson(job, false));
    } else {
      progress.Show(job);
    }
  }));
  return JobOutcome(last);
}

absl::StatusOr<absl::Duration> Timeout(const std::string& text) {
  if (text.empty()) return absl::InfiniteDuration();
  const absl::StatusOr<Trigger> trigger = ParseTrigger(text);
  if (!trigger.ok() || trigger->unit != Trigger::Unit::kSeconds) {
    return absl::InvalidArgumentError(absl::StrCat("--timeout: \"", text, "\" is not a time such as 30s or 10min"));
  }
  return absl::Seconds(trigger->amount);
}

absl::Status Wait(Environment& environment, const JobsOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const absl::Duration timeout, Timeout(options.timeout));
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  v1::Job last;
  DOODLE_RETURN_IF_ERROR(client->WatchJob(
      options.job, [&](const v1::Job& job) { last = job; }, timeout));
  environment.console.Data(environment.console.json() ? ProtoJson(last) : StateName(last.state()));
  return JobOutcome(last);
}

absl::Status Logs(Environment& environment, const JobsOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  v1::JobServiceTailLogsRequest request;
  request.set_job(options.job);
  request.set_follow(options.follow);
  if (options.lines < 1 || options.lines > UINT32_MAX) return absl::InvalidArgumentError("--lines: at least 1");
  request.set_lines(static_cast<uint32_t>(options.lines));
  if (options.rank >= 0) request.set_rank(static_cast<uint32_t>(options.rank));
  return client->TailLogs(request, [&](const v1::JobServiceTailLogsResponse& line) {
    environment.console.Data(environment.console.json()
                                 ? ProtoJson(line, false)
                                 : absl::StrCat("[g", line.generation(), " r", line.rank(), "] ", line.line()));
  });
}

using JobVerb = absl::StatusOr<v1::Job> (Client::*)(const std::string&);

absl::Status Change(Environment& environment, const JobsOptions& options, JobVerb verb) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const v1::Job job, ((*client).*verb)(options.job));
  environment.console.Data(environment.console.json() ? ProtoJson(job)
                                                      : absl::StrCat(job.id(), " ", StateName(job.state())));
  return absl::OkStatus();
}

absl::Status SetPriority(Environment& environment, const JobsOptions& options) {
  int32_t priority = 0;
  if (!absl::SimpleAtoi(options.priority, &priority)) {
    return absl::InvalidArgumentError(absl::StrCat("PRIORITY: \"", options.priority, "\" is not a whole number"));
  }
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const v1::Job job, client->SetPriority(options.job, priority));
  environment.console.Data(environment.console.json() ? ProtoJson(job)
                                                      : absl::StrCat(job.id(), " priority ", job.spec().priority()));
  return absl::OkStatus();
}

absl::Status Remove(Environment& environment, const JobsOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_RETURN_IF_ERROR(client->DeleteJob(options.job, options.delete_files));
  environment.console.Data(environment.console.json() ? "{}" : options.job);
  return absl::OkStatus();
}

Command Verb(Command jobs, const std::string& name, const std::shared_ptr<JobsOptions>& options,
             const std::string& about, const std::string& example) {
  Command verb = jobs.Add({name}, about, example);
  verb.Argument(options->job, "JOB", "Its id, as `doodle jobs ls` shows it.");
  return verb;
}

void AddReaders(Command jobs, Environment& environment, const std::shared_ptr<JobsOptions>& options) {
  Command list = jobs.Add({"ls"}, "All jobs, with their progress.", "doodle jobs ls");
  list.Run([&environment] { return List(environment); });
  Command describe = Verb(jobs, "describe", options, "Everything about a job: why it waits, its generations, ranks.",
                          "doodle jobs describe quick\ndoodle jobs describe quick --json > describe.json");
  describe.Run([&environment, options] { return Describe(environment, *options, DescribeJob); });
  Command history = Verb(jobs, "history", options, "Its generations and evaluations.", "doodle jobs history quick");
  history.Run([&environment, options] { return Describe(environment, *options, History); });
  Command watch =
      Verb(jobs, "watch", options, "Its progress until it ends; --json: one job a line.", "doodle jobs watch quick");
  watch.Run([&environment, options] { return Watch(environment, *options); });
  Command wait = Verb(jobs, "wait", options, "Waits until it ends; exit code 1 unless it succeeded.",
                      "doodle jobs wait quick --timeout 30min");
  wait.Option(options->timeout, "--timeout", "TIME", "Gives up after 30s, 10min, 2h; exit code 1.");
  wait.Run([&environment, options] { return Wait(environment, *options); });
  Command logs = Verb(jobs, "logs", options, "Lines of its trainers' logs.", "doodle jobs logs quick --follow");
  logs.Flag(options->follow, "-f,--follow", "Go on until the job ends.");
  logs.Option(options->lines, "-n,--lines", "N", "From the end. Default: 100.");
  logs.Option(options->rank, "--rank", "R", "Of this rank only.");
  logs.Run([&environment, options] { return Logs(environment, *options); });
}

void AddWriters(Command jobs, Environment& environment, const std::shared_ptr<JobsOptions>& options) {
  Command cancel = Verb(jobs, "cancel", options, "Ends it where it is.", "doodle jobs cancel quick");
  cancel.Run([&environment, options] { return Change(environment, *options, &Client::CancelJob); });
  Command pause = Verb(jobs, "pause", options, "Checkpoints it and frees its slots.", "doodle jobs pause quick");
  pause.Run([&environment, options] { return Change(environment, *options, &Client::PauseJob); });
  Command resume = Verb(jobs, "resume", options, "Queues a paused job again.", "doodle jobs resume quick");
  resume.Run([&environment, options] { return Change(environment, *options, &Client::ResumeJob); });
  Command priority = Verb(jobs, "set-priority", options, "Higher goes first.", "doodle jobs set-priority quick 10");
  priority.Argument(options->priority, "PRIORITY", "A whole number.");
  priority.Run([&environment, options] { return SetPriority(environment, *options); });
  Command remove = Verb(jobs, "rm", options, "Forgets an ended job.", "doodle jobs rm quick --delete-files");
  remove.Flag(options->delete_files, "--delete-files", "Remove its checkpoints and logs too.");
  remove.Run([&environment, options] { return Remove(environment, *options); });
}

}  // namespace

void AddJobsCommand(Command root, Environment& environment) {
  auto options = std::make_shared<JobsOptions>();
  Command jobs = root.Add({"jobs", "job"}, "Jobs of a coordinator.", "doodle jobs ls\ndoodle jobs describe quick");
  AddReaders(jobs, environment, options);
  AddWriters(jobs, environment, options);
}

}  // namespace doodle
