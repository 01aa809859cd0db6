#include "cli/model_reference.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {

namespace {

constexpr char kPrefix[] = "job:";

absl::StatusOr<std::string> FromCoordinator(const Environment& environment, const CheckpointReference& reference) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const auto found, client->GetCheckpoint(reference.job, reference.checkpoint));
  if (environment.files.Exists(found.directory())) return found.directory();
  return absl::FailedPreconditionError(absl::StrCat("checkpoint ", found.checkpoint().name(), " of job ", reference.job,
                                                    " lies at ", found.directory(),
                                                    " on the coordinator's machine, which is not here"));
}

}  // namespace

std::optional<CheckpointReference> ParseCheckpointReference(const std::string& text, bool bare) {
  const bool marked = absl::StartsWith(text, kPrefix);
  if (!marked && (!bare || absl::StrContains(text, "/"))) return std::nullopt;
  const std::string rest = marked ? text.substr(sizeof(kPrefix) - 1) : text;
  const size_t at = rest.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == rest.size()) return std::nullopt;
  return CheckpointReference{rest.substr(0, at), rest.substr(at + 1)};
}

absl::StatusOr<std::string> ResolveModel(const Environment& environment, const std::string& reference, bool bare) {
  if (const auto checkpoint = ParseCheckpointReference(reference, bare)) {
    return FromCoordinator(environment, *checkpoint);
  }
  if (absl::StartsWith(reference, kPrefix)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", reference, "\" is not job:NAME@best, @latest or @CHECKPOINT"));
  }
  DOODLE_ASSIGN_OR_RETURN(const std::string local, LocalPath(reference));
  const std::string path = AbsolutePath(environment, local);
  if (environment.files.Exists(path)) return path;
  return absl::NotFoundError(absl::StrCat("no file or directory ", path, bare ? "; a job's checkpoint is JOB@best" : "",
                                          bare ? "" : "; a job's checkpoint is job:NAME@best"));
}

}  // namespace doodle
