#include "cli/job_file.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/plan/open_view.h"
#include "common/shard/dataset_reader.h"
#include "common/spec/job_spec_proto.h"
#include "common/spec/job_yaml.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {

namespace {

constexpr uint64_t kMaxJobFile = 1 << 20;  // Bytes.

absl::StatusOr<std::string> ReadText(const Environment& environment, const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  return ReadFile(environment.files, AbsolutePath(environment, path), kMaxJobFile);
}

// Whether `field` ("stages[0].epochs") got its value from one of `overrides` ("stages.0.epochs=3"), itself or as a
// part.
bool IsOverridden(absl::string_view field, const std::vector<std::string>& overrides) {
  const auto dotted = [](absl::string_view path) { return absl::StrReplaceAll(path, {{"[", "."}, {"]", ""}}); };
  return std::any_of(overrides.begin(), overrides.end(), [&](absl::string_view assignment) {
    const std::string path = dotted(assignment.substr(0, assignment.find('=')));
    return !path.empty() && absl::StartsWith(dotted(field) + ".", path + ".");
  });
}

}  // namespace

absl::StatusOr<JobFile> ReadJobFile(const Environment& environment, const std::string& path,
                                    const std::vector<std::string>& overrides) {
  DOODLE_ASSIGN_OR_RETURN(const std::string text, ReadText(environment, path));
  const std::string name = path == "-" ? "standard input" : path;
  JobFile job;
  DOODLE_ASSIGN_OR_RETURN(job.message, ParseJobYaml(text, name));
  for (const std::string& assignment : overrides) DOODLE_RETURN_IF_ERROR(ApplyOverride(job.message, assignment));
  if (!job.message.dataset().empty() && !absl::StrContains(job.message.dataset(), "://")) {
    job.message.set_dataset(FileUri(job.message.dataset(), environment.working_directory));
  }
  absl::StatusOr<JobSpec> spec = FromProto(job.message);
  if (!spec.ok() && IsOverridden(FieldOf(spec.status()), overrides)) return Annotate(spec.status(), "--set");
  if (!spec.ok()) return AtYamlLine(spec.status(), text, name);
  job.spec = *std::move(spec);
  return job;
}

absl::StatusOr<std::vector<ResolvedStage>> ResolveJobFile(const Environment& environment, const JobFile& job) {
  DOODLE_ASSIGN_OR_RETURN(const std::string directory, StoragePath(job.spec.dataset), "dataset");
  if (!IsObjectPath(directory) && !environment.files.Exists(directory)) {
    return absl::NotFoundError(absl::StrCat("no dataset at ", directory));
  }
  DOODLE_ASSIGN_OR_RETURN(const auto dataset, DatasetReader::Open(environment.files, directory), "dataset");
  std::vector<uint64_t> sizes;
  for (const StageSpec& stage : job.spec.stages) {
    DOODLE_ASSIGN_OR_RETURN(const View view, OpenView(stage.view, *dataset), absl::StrCat("stage ", stage.name));
    sizes.push_back(view.size());
  }
  return ResolveStages(job.spec, sizes);
}

}  // namespace doodle
