// The durable record of the coordinator (docs/adr/0002-ledger.md). The only user of SQLite is behind it.
//
//     DOODLE_ASSIGN_OR_RETURN(auto ledger, OpenSqliteLedger(data_dir + "/ledger.db"));
//     DOODLE_ASSIGN_OR_RETURN(LedgerImage image, ledger->Load());
//     DOODLE_RETURN_IF_ERROR(ledger->Commit({JobRow{...}, RequestRow{...}}));   // durable
#ifndef DOODLE_COORDINATOR_LEDGER_LEDGER_H_
#define DOODLE_COORDINATOR_LEDGER_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/ledger/ledger_records.h"

namespace doodle {

// Thread-safe.
class Ledger {
 public:
  virtual ~Ledger() = default;

  // Counts one more start. DATA_LOSS when a row does not decode.
  virtual absl::StatusOr<LedgerImage> Load() = 0;

  // Durable when it returns OK. After an error the process must stop: whether the batch is on disk is not known.
  virtual absl::Status Commit(const LedgerBatch& batch) = 0;
};

// Creates the file when there is none. FAILED_PRECONDITION: not a ledger of ours, or written by a newer version;
// DATA_LOSS: the file is damaged. WAL, synchronous=FULL.
absl::StatusOr<std::unique_ptr<Ledger>> OpenSqliteLedger(const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_LEDGER_LEDGER_H_
