// Ledgers of a simulation: one in memory, and one that shows the witness what another made durable.
#ifndef DOODLE_TESTS_SIMULATION_SIMULATED_LEDGER_H_
#define DOODLE_TESTS_SIMULATION_SIMULATED_LEDGER_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "coordinator/ledger/ledger.h"

namespace doodle {

// The same rows as SQLite's, without the disk. Used while holding the baton.
class MemoryLedger final : public Ledger {
 public:
  absl::StatusOr<LedgerImage> Load() override;
  absl::Status Commit(const LedgerBatch& batch) override;

 private:
  void Write(const JobRow& row) { jobs_[row.order] = row; }
  void Write(const JobDelete&) {}
  void Write(const JobEventRow&) {}
  void Write(const GenerationRow& row) { generations_[{row.job, row.generation}] = row; }
  void Write(const MemberRow& row) { members_[{row.job, row.generation, row.rank}] = row; }
  void Write(const CheckpointRow& row) { checkpoints_[{row.job, row.tag.next_step, row.tag.generation}] = row; }
  void Write(const CheckpointDelete& row);
  void Write(const EvaluationRow&) {}
  void Write(const DatasetRow&) {}
  void Write(const WorkerRow& row) { workers_[row.id] = row; }
  void Write(const RequestRow& row) { requests_[row.request_id] = row; }
  void Write(const DeletionRow&) {}
  void Write(const RemovalRow& row) { removals_.insert(row.directory); }
  void Write(const RemovalDone& row) { removals_.erase(row.directory); }

  uint64_t starts_ = 0;
  std::map<uint64_t, JobRow> jobs_;
  std::map<std::pair<std::string, uint64_t>, GenerationRow> generations_;
  std::map<std::tuple<std::string, uint64_t, uint32_t>, MemberRow> members_;
  std::map<std::tuple<std::string, uint64_t, uint64_t>, CheckpointRow> checkpoints_;
  std::map<std::string, WorkerRow> workers_;
  std::map<std::string, RequestRow> requests_;
  std::set<std::string> removals_;
};

// Calls `durable` after each commit of `base`, which must outlive it.
class WatchedLedger final : public Ledger {
 public:
  WatchedLedger(Ledger& base, bool lose_generations, std::function<void(const LedgerBatch&)> durable)
      : base_(base), lose_generations_(lose_generations), durable_(std::move(durable)) {}

  absl::StatusOr<LedgerImage> Load() override { return base_.Load(); }
  absl::Status Commit(const LedgerBatch& batch) override;

 private:
  Ledger& base_;
  const bool lose_generations_;
  const std::function<void(const LedgerBatch&)> durable_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SIMULATED_LEDGER_H_
