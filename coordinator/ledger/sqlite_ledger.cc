#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/status/status.h"
#include "coordinator/ledger/ledger.h"
#include "coordinator/ledger/ledger_rows.h"
#include "coordinator/ledger/ledger_schema.h"
#include "coordinator/ledger/sqlite_database.h"

namespace doodle {
namespace {

class SqliteLedger : public Ledger {
 public:
  explicit SqliteLedger(std::unique_ptr<SqliteDatabase> database) : database_(std::move(database)) {}

  absl::StatusOr<LedgerImage> Load() override ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    DOODLE_RETURN_IF_ERROR(
        database_->Script("INSERT INTO meta VALUES ('starts', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1"));
    return ReadLedgerImage(*database_);
  }

  absl::Status Commit(const LedgerBatch& batch) override ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    SqliteDatabase& database = *database_;
    DOODLE_RETURN_IF_ERROR(database.Script("BEGIN IMMEDIATE"));
    for (const LedgerWrite& write : batch) {
      absl::Status status = std::visit([&](const auto& row) { return WriteRow(database, row); }, write);
      if (!status.ok()) {
        database.Script("ROLLBACK").IgnoreError();
        return status;
      }
    }
    return database.Script("COMMIT");
  }

 private:
  absl::Mutex mu_;
  const std::unique_ptr<SqliteDatabase> database_ ABSL_PT_GUARDED_BY(mu_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Ledger>> OpenSqliteLedger(const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(auto database, SqliteDatabase::Open(path), path);
  DOODLE_RETURN_IF_ERROR(PrepareLedgerSchema(*database), path);
  return std::make_unique<SqliteLedger>(std::move(database));
}

}  // namespace doodle
