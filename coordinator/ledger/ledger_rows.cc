#include "coordinator/ledger/ledger_rows.h"

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {

absl::Status WriteRow(SqliteDatabase& database, const JobRow& row) {
  return database.Execute("INSERT OR REPLACE INTO jobs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", row.id, row.order,
                          row.definition, row.dataset_directory, row.state, row.reason, row.priority, row.create_us,
                          row.start_us, row.end_us, row.step, row.failures, row.failure_step, row.first_error,
                          row.progress, row.first_failure);
}

absl::Status WriteRow(SqliteDatabase& database, const JobDelete& row) {
  for (const char* table : {"job_events", "generations", "members", "checkpoints", "evaluations", "requests"}) {
    DOODLE_RETURN_IF_ERROR(database.Execute(absl::StrCat("DELETE FROM ", table, " WHERE job = ?"), row.job));
  }
  return database.Execute("DELETE FROM jobs WHERE id = ?", row.job);
}

absl::Status WriteRow(SqliteDatabase& database, const JobEventRow& row) {
  return database.Execute("INSERT INTO job_events VALUES (?,?,?)", row.job, row.time_us, row.event);
}

absl::Status WriteRow(SqliteDatabase& database, const GenerationRow& row) {
  return database.Execute("INSERT OR REPLACE INTO generations VALUES (?,?,?,?,?,?,?,?,?,?,?)", row.job, row.generation,
                          row.reason, row.create_us, row.form_us, row.end_us, row.formed, row.start_step,
                          row.leader_rank, row.restored_from, row.end_reason);
}

absl::Status WriteRow(SqliteDatabase& database, const MemberRow& row) {
  return database.Execute("INSERT OR REPLACE INTO members VALUES (?,?,?,?,?,?,?,?,?,?)", row.job, row.generation,
                          row.rank, row.worker, row.slot, row.finished, row.next_step, row.samples,
                          row.parameters_digest, row.optimizer_digest);
}

absl::Status WriteRow(SqliteDatabase& database, const CheckpointRow& row) {
  return database.Execute("INSERT OR REPLACE INTO checkpoints VALUES (?,?,?,?,?,?,?,?,?)", row.job, row.name,
                          row.tag.generation, row.tag.next_step, row.bytes, row.create_us, row.usable, row.latest,
                          row.best);
}

absl::Status WriteRow(SqliteDatabase& database, const CheckpointDelete& row) {
  return database.Execute("DELETE FROM checkpoints WHERE job = ? AND name = ?", row.job, row.name);
}

absl::Status WriteRow(SqliteDatabase& database, const EvaluationRow& row) {
  return database.Execute("INSERT OR REPLACE INTO evaluations VALUES (?,?,?,?,?,?,?,?,?)", row.job, row.step, row.split,
                          row.weights, row.loss, row.top1, row.top3, row.map3, row.drawings);
}

absl::Status WriteRow(SqliteDatabase& database, const DatasetRow& row) {
  return database.Execute("INSERT OR REPLACE INTO datasets VALUES (?,?)", row.name, row.definition);
}

absl::Status WriteRow(SqliteDatabase& database, const WorkerRow& row) {
  return database.Execute("INSERT OR REPLACE INTO workers VALUES (?,?,?,?,?,?,?,?)", row.id, row.incarnation, row.slots,
                          row.hostname, row.metrics_address, row.gpus, row.version, row.register_us);
}

absl::Status WriteRow(SqliteDatabase& database, const RequestRow& row) {
  return database.Execute("INSERT OR REPLACE INTO requests VALUES (?,?)", row.request_id, row.job);
}

absl::Status WriteRow(SqliteDatabase& database, const DeletionRow& row) {
  DOODLE_RETURN_IF_ERROR(database.Execute("DELETE FROM deletions WHERE time_us < ?", row.time_us - kDeletionKeptUs));
  return database.Execute("INSERT OR REPLACE INTO deletions VALUES (?,?,?)", row.request_id, row.job, row.time_us);
}

absl::Status WriteRow(SqliteDatabase& database, const RemovalRow& row) {
  return database.Execute("INSERT OR REPLACE INTO removals VALUES (?)", row.directory);
}

absl::Status WriteRow(SqliteDatabase& database, const RemovalDone& row) {
  return database.Execute("DELETE FROM removals WHERE directory = ?", row.directory);
}

namespace {

absl::Status ReadJobs(SqliteDatabase& database, LedgerImage& image) {
  return database.Query("SELECT * FROM jobs ORDER BY submit_order", [&](const SqliteRow& row) {
    image.jobs.push_back({row.Bytes(0), static_cast<uint64_t>(row.Integer(1)), row.Bytes(2), row.Bytes(3),
                          static_cast<int>(row.Integer(4)), row.Bytes(5), static_cast<int32_t>(row.Integer(6)),
                          row.Integer(7), row.Integer(8), row.Integer(9), static_cast<uint64_t>(row.Integer(10)),
                          static_cast<uint32_t>(row.Integer(11)), static_cast<uint64_t>(row.Integer(12)), row.Bytes(13),
                          row.Bytes(14), row.Bytes(15)});
  });
}

absl::Status ReadGenerations(SqliteDatabase& database, LedgerImage& image) {
  DOODLE_RETURN_IF_ERROR(
      database.Query("SELECT * FROM generations ORDER BY job, generation", [&](const SqliteRow& row) {
        image.generations.push_back({row.Bytes(0), static_cast<uint64_t>(row.Integer(1)), row.Bytes(2), row.Integer(3),
                                     row.Integer(4), row.Integer(5), row.Integer(6) != 0,
                                     static_cast<uint64_t>(row.Integer(7)), static_cast<uint32_t>(row.Integer(8)),
                                     row.Bytes(9), row.Bytes(10)});
      }));
  return database.Query("SELECT * FROM members ORDER BY job, generation, rank", [&](const SqliteRow& row) {
    image.members.push_back({row.Bytes(0), static_cast<uint64_t>(row.Integer(1)), static_cast<uint32_t>(row.Integer(2)),
                             row.Bytes(3), static_cast<uint32_t>(row.Integer(4)), row.Integer(5) != 0,
                             static_cast<uint64_t>(row.Integer(6)), static_cast<uint64_t>(row.Integer(7)), row.Bytes(8),
                             row.Bytes(9)});
  });
}

absl::Status ReadResults(SqliteDatabase& database, LedgerImage& image) {
  DOODLE_RETURN_IF_ERROR(
      database.Query("SELECT * FROM checkpoints ORDER BY job, next_step, generation", [&](const SqliteRow& row) {
        image.checkpoints.push_back(
            {row.Bytes(0), row.Bytes(1),
             StateTag{static_cast<uint64_t>(row.Integer(2)), static_cast<uint64_t>(row.Integer(3))},
             static_cast<uint64_t>(row.Integer(4)), row.Integer(5), row.Integer(6) != 0, row.Integer(7) != 0,
             row.Integer(8) != 0});
      }));
  return database.Query("SELECT * FROM evaluations ORDER BY job, step, split, weights", [&](const SqliteRow& row) {
    image.evaluations.push_back({row.Bytes(0), static_cast<uint64_t>(row.Integer(1)), row.Bytes(2), row.Bytes(3),
                                 row.Real(4), row.Real(5), row.Real(6), row.Real(7),
                                 static_cast<uint64_t>(row.Integer(8))});
  });
}

absl::Status ReadFleet(SqliteDatabase& database, LedgerImage& image) {
  DOODLE_RETURN_IF_ERROR(database.Query("SELECT * FROM datasets ORDER BY name", [&](const SqliteRow& row) {
    image.datasets.push_back({row.Bytes(0), row.Bytes(1)});
  }));
  DOODLE_RETURN_IF_ERROR(database.Query("SELECT * FROM workers ORDER BY id", [&](const SqliteRow& row) {
    image.workers.push_back({row.Bytes(0), row.Bytes(1), static_cast<uint32_t>(row.Integer(2)), row.Bytes(3),
                             row.Bytes(4), static_cast<uint32_t>(row.Integer(5)), row.Bytes(6), row.Integer(7)});
  }));
  return database.Query("SELECT * FROM requests ORDER BY request_id", [&](const SqliteRow& row) {
    image.requests.push_back({row.Bytes(0), row.Bytes(1)});
  });
}

absl::Status ReadRemovals(SqliteDatabase& database, LedgerImage& image) {
  DOODLE_RETURN_IF_ERROR(database.Query("SELECT * FROM deletions ORDER BY request_id", [&](const SqliteRow& row) {
    image.deletions.push_back({row.Bytes(0), row.Bytes(1), row.Integer(2)});
  }));
  return database.Query("SELECT * FROM removals ORDER BY directory",
                        [&](const SqliteRow& row) { image.removals.push_back({row.Bytes(0)}); });
}

}  // namespace

absl::StatusOr<LedgerImage> ReadLedgerImage(SqliteDatabase& database) {
  LedgerImage image;
  DOODLE_RETURN_IF_ERROR(database.Query("SELECT value FROM meta WHERE key = 'cluster_id'",
                                        [&](const SqliteRow& row) { image.cluster_id = row.Bytes(0); }));
  DOODLE_ASSIGN_OR_RETURN(const int64_t starts, database.QueryInteger("SELECT value FROM meta WHERE key = 'starts'"));
  image.starts = static_cast<uint64_t>(starts);
  DOODLE_RETURN_IF_ERROR(ReadJobs(database, image));
  DOODLE_RETURN_IF_ERROR(ReadGenerations(database, image));
  DOODLE_RETURN_IF_ERROR(ReadResults(database, image));
  DOODLE_RETURN_IF_ERROR(ReadFleet(database, image));
  DOODLE_RETURN_IF_ERROR(ReadRemovals(database, image));
  return image;
}

}  // namespace doodle
