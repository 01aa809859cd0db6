#include "tests/simulation/simulated_ledger.h"

#include <variant>

namespace doodle {
namespace {

template <typename Map, typename List>
void CopyRows(const Map& rows, List& list) {
  for (const auto& [key, row] : rows) list.push_back(row);
}

}  // namespace

absl::StatusOr<LedgerImage> MemoryLedger::Load() {
  LedgerImage image;
  image.cluster_id = "simulated";
  image.starts = ++starts_;
  CopyRows(jobs_, image.jobs);
  CopyRows(generations_, image.generations);
  CopyRows(members_, image.members);
  CopyRows(checkpoints_, image.checkpoints);
  CopyRows(workers_, image.workers);
  CopyRows(requests_, image.requests);
  for (const std::string& directory : removals_) image.removals.push_back({directory});
  return image;
}

absl::Status MemoryLedger::Commit(const LedgerBatch& batch) {
  for (const LedgerWrite& write : batch) {
    std::visit([this](const auto& row) { Write(row); }, write);
  }
  return absl::OkStatus();
}

void MemoryLedger::Write(const CheckpointDelete& row) {
  std::erase_if(checkpoints_, [&](const auto& entry) { return entry.second.name == row.name; });
}

absl::Status WatchedLedger::Commit(const LedgerBatch& batch) {
  LedgerBatch kept = batch;
  if (lose_generations_) {
    std::erase_if(kept, [](const LedgerWrite& write) { return std::holds_alternative<GenerationRow>(write); });
  }
  absl::Status committed = base_.Commit(kept);
  if (committed.ok()) durable_(kept);
  return committed;
}

}  // namespace doodle
