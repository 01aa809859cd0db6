#include "coordinator/control/job_entry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace doodle {

JobEntry::JobEntry(JobRow job_row, v1::Job job_definition, const GangTimes& times)
    : row(std::move(job_row)),
      definition(std::move(job_definition)),
      state(static_cast<JobState>(row.state)),
      gang(LimitsOf(definition), times) {}

const std::vector<MemberRow>& JobEntry::newest_members() const {
  static const auto* const none = new std::vector<MemberRow>();
  const auto found = members.find(gang.generation());
  return found == members.end() ? *none : found->second;
}

std::optional<double> JobEntry::ScoreAt(uint64_t step) const {
  const std::string& metric = definition.spec().checkpoint().metric();
  std::optional<double> score;
  for (const EvaluationRow& row_at : evaluations) {
    if (row_at.step != step || row_at.split != definition.spec().evaluate().split()) continue;
    const double value = metric == "top1" ? row_at.top1 : metric == "top3" ? row_at.top3 : row_at.map3;
    score = std::max(score.value_or(value), value);
  }
  return score;
}

std::vector<RestoreCandidate> JobEntry::RestoreCandidates() const {
  std::vector<RestoreCandidate> candidates;
  for (const CheckpointRow& checkpoint : checkpoints) {
    candidates.push_back({checkpoint.name, checkpoint.tag, checkpoint.usable});
  }
  return candidates;
}

CheckpointRow* JobEntry::FindCheckpoint(const std::string& name) {
  for (CheckpointRow& checkpoint : checkpoints) {
    if (checkpoint.name == name) return &checkpoint;
  }
  return nullptr;
}

GangLimits LimitsOf(const v1::Job& definition) {
  const v1::JobSpec& spec = definition.spec();
  return {.min_ranks = spec.ranks().min(),
          .max_ranks = spec.ranks().max(),
          .total_steps = definition.total_steps(),
          .max_restarts = spec.max_restarts()};
}

std::string RendezvousPrefix(const std::string& job, uint64_t generation) { return absl::StrCat(job, "/", generation); }

int64_t ToMicros(absl::Time time) { return absl::ToUnixMicros(time); }

void SetTimestamp(int64_t micros, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(micros / 1000000);
  timestamp->set_nanos(static_cast<int32_t>(micros % 1000000) * 1000);
}

}  // namespace doodle
