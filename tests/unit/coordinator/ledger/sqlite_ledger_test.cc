#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/ledger/data_directory_lock.h"
#include "coordinator/ledger/ledger.h"
#include "coordinator/ledger/sqlite_database.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class SqliteLedgerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Ledger> Open() {
    auto ledger = OpenSqliteLedger(path_);
    EXPECT_TRUE(ledger.ok()) << ledger.status();
    return *std::move(ledger);
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/ledger.db";
};

// Every kind of row comes back from a second open of the file as it was written.
TEST_F(SqliteLedgerTest, KeepsEveryRowAcrossARestart) {
  const std::string bytes("a\0b\xff", 4);
  std::string cluster;
  {
    auto ledger = Open();
    cluster = ledger->Load()->cluster_id;
    ASSERT_TRUE(
        ledger
            ->Commit(
                {JobRow{.id = "cats", .order = 7, .definition = bytes, .state = 3, .step = 12, .first_failure = bytes},
                 JobEventRow{"cats", 1, "created"}, GenerationRow{.job = "cats", .generation = 2},
                 MemberRow{.job = "cats", .generation = 2, .rank = 1, .worker = "w", .slot = 3},
                 CheckpointRow{.job = "cats", .name = "step-1", .tag = {2, 10}, .best = true},
                 EvaluationRow{.job = "cats", .step = 5, .split = "valid", .weights = "raw", .map3 = 0.5},
                 DatasetRow{"qd", bytes}, WorkerRow{.id = "w", .slots = 2}, RequestRow{"r1", "cats"},
                 DeletionRow{"r2", "dogs", 5}, RemovalRow{"/jobs/dogs"}, RemovalRow{"/jobs/birds"},
                 RemovalDone{"/jobs/birds"}})
            .ok());
  }
  const auto image = Open()->Load();
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->cluster_id, cluster);
  EXPECT_EQ(image->starts, 2u);
  ASSERT_THAT(image->jobs, SizeIs(1));
  EXPECT_EQ(image->jobs[0].definition, bytes);
  EXPECT_EQ(image->jobs[0].step, 12u);
  EXPECT_EQ(image->jobs[0].first_failure, bytes);
  ASSERT_THAT(image->members, SizeIs(1));
  EXPECT_EQ(image->members[0].slot, 3u);
  ASSERT_THAT(image->checkpoints, SizeIs(1));
  EXPECT_EQ(image->checkpoints[0].tag, (StateTag{2, 10}));
  EXPECT_TRUE(image->checkpoints[0].best);
  ASSERT_THAT(image->evaluations, SizeIs(1));
  EXPECT_EQ(image->evaluations[0].map3, 0.5);
  EXPECT_EQ(image->datasets[0].definition, bytes);
  EXPECT_EQ(image->requests[0].job, "cats");
  ASSERT_THAT(image->deletions, SizeIs(1));
  EXPECT_EQ(image->deletions[0].job, "dogs");
  ASSERT_THAT(image->removals, SizeIs(1));
  EXPECT_EQ(image->removals[0].directory, "/jobs/dogs");
}

TEST_F(SqliteLedgerTest, ForgetsDeletionsAfterADay) {
  auto ledger = Open();
  ASSERT_TRUE(ledger->Commit({DeletionRow{"r1", "a", 1}, DeletionRow{"r2", "b", kDeletionKeptUs}}).ok());
  EXPECT_THAT(ledger->Load()->deletions, SizeIs(2));
  ASSERT_TRUE(ledger->Commit({DeletionRow{"r3", "c", kDeletionKeptUs + 2}}).ok());
  EXPECT_THAT(ledger->Load()->deletions, SizeIs(2));
}

TEST_F(SqliteLedgerTest, ReplacesTheRowWithTheSameKey) {
  auto ledger = Open();
  ASSERT_TRUE(
      ledger->Commit({EvaluationRow{.job = "j", .step = 5, .split = "valid", .weights = "raw", .map3 = 0.1}}).ok());
  ASSERT_TRUE(
      ledger->Commit({EvaluationRow{.job = "j", .step = 5, .split = "valid", .weights = "raw", .map3 = 0.2}}).ok());
  const auto image = ledger->Load();
  ASSERT_THAT(image->evaluations, SizeIs(1));
  EXPECT_EQ(image->evaluations[0].map3, 0.2);
}

TEST_F(SqliteLedgerTest, ForgetsAllOfADeletedJob) {
  auto ledger = Open();
  ASSERT_TRUE(ledger
                  ->Commit({JobRow{.id = "a", .order = 1}, JobRow{.id = "b", .order = 2}, RequestRow{"r", "a"},
                            GenerationRow{.job = "a", .generation = 1}, JobDelete{"a"}})
                  .ok());
  const auto image = ledger->Load();
  ASSERT_THAT(image->jobs, SizeIs(1));
  EXPECT_EQ(image->jobs[0].id, "b");
  EXPECT_THAT(image->generations, IsEmpty());
  EXPECT_THAT(image->requests, IsEmpty());
}

// A batch with a row that cannot be written leaves nothing behind.
TEST_F(SqliteLedgerTest, WritesABatchWholeOrNotAtAll) {
  auto ledger = Open();
  {
    auto breaker = SqliteDatabase::Open(path_);
    ASSERT_TRUE((*breaker)->Script("DROP TABLE datasets").ok());
  }
  EXPECT_FALSE(ledger->Commit({WorkerRow{.id = "w"}, DatasetRow{"d", "x"}}).ok());
  auto reader = SqliteDatabase::Open(path_);
  EXPECT_EQ(*(*reader)->QueryInteger("SELECT count(*) FROM workers"), 0);
}

TEST_F(SqliteLedgerTest, RefusesAForeignDatabaseAndANewerLedger) {
  {
    auto foreign = SqliteDatabase::Open(path_);
    ASSERT_TRUE((*foreign)->Script("CREATE TABLE birds (name)").ok());
  }
  EXPECT_EQ(OpenSqliteLedger(path_).status().code(), absl::StatusCode::kFailedPrecondition);

  const std::string newer = directory_.path() + "/newer.db";
  ASSERT_TRUE(OpenSqliteLedger(newer).ok());
  {
    auto database = SqliteDatabase::Open(newer);
    ASSERT_TRUE((*database)->Script("PRAGMA user_version = 99").ok());
  }
  EXPECT_EQ(OpenSqliteLedger(newer).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SqliteLedgerTest, IsDurableInWriteAheadMode) {
  Open();
  auto database = SqliteDatabase::Open(path_);
  std::string mode;
  ASSERT_TRUE((*database)->Query("PRAGMA journal_mode", [&](const SqliteRow& row) { mode = row.Bytes(0); }).ok());
  EXPECT_EQ(mode, "wal");
}

TEST_F(SqliteLedgerTest, LetsOneCoordinatorIntoADataDirectory) {
  auto first = DataDirectoryLock::Acquire(directory_.path());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(DataDirectoryLock::Acquire(directory_.path()).status().code(), absl::StatusCode::kFailedPrecondition);
  first->reset();
  EXPECT_TRUE(DataDirectoryLock::Acquire(directory_.path()).ok());
}

}  // namespace
}  // namespace doodle
