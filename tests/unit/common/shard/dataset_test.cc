#include <fstream>
#include <string>

#include "common/shard/dataset_reader.h"
#include "common/shard/dataset_verifier.h"
#include "common/shard/dataset_writer.h"
#include "gtest/gtest.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/shard/random_drawings.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// 3,000 drawings: 500 valid, 2,500 train, in shards of at most 2,048.
absl::StatusOr<DatasetManifest> WriteDataset(FileSystem& files, const std::string& path,
                                             const std::vector<Drawing>& drawings) {
  auto writer = DatasetWriter::Create(files, path, {TestClasses(), 2048});
  if (!writer.ok()) return writer.status();
  for (size_t i = 0; i < drawings.size(); ++i) {
    absl::Status status;
    if (i == 0) status = (*writer)->BeginSplit("valid");
    if (i == 500) status = (*writer)->BeginSplit("train");
    if (status.ok()) status = (*writer)->Append(drawings[i]);
    if (!status.ok()) return status;
  }
  return (*writer)->Finish();
}

void FlipBit(const std::string& path, int64_t at) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(at);
  const char byte = static_cast<char>(file.get() ^ 4);
  file.seekp(at);
  file.put(byte);
}

class Dataset : public ::testing::Test {
 protected:
  FileSystem& files_ = LocalFileSystem();
  TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/doodles";
  const std::vector<Drawing> drawings_ = RandomDrawings(3000);
};

TEST_F(Dataset, AShardEndsWhereASplitEnds) {
  ASSERT_OK_AND_ASSIGN(const DatasetManifest manifest, WriteDataset(files_, path_, drawings_));
  EXPECT_THAT(manifest.splits, ElementsAre(SplitEntry{"valid", 0, 1, 500}, SplitEntry{"train", 1, 3, 2500}));
  ASSERT_EQ(manifest.shards.size(), 3U);
  EXPECT_EQ(manifest.shards[1].drawings, 2048U);
  EXPECT_EQ(manifest.shards[2].drawings, 452U);
  ASSERT_OK_AND_ASSIGN(const auto reader, DatasetReader::Open(files_, path_));
  EXPECT_EQ(reader->manifest(), manifest);
  std::vector<Drawing> read;
  for (size_t shard = 0; shard < reader->shards(); ++shard) {
    for (size_t block = 0; block < reader->shard(shard).blocks(); ++block) {
      ASSERT_OK_AND_ASSIGN(const auto drawings, reader->shard(shard).ReadBlock(block, manifest.classes));
      read.insert(read.end(), drawings.begin(), drawings.end());
    }
  }
  EXPECT_EQ(read, drawings_);
}

TEST_F(Dataset, TheSameDrawingsGiveTheSameBytes) {
  ASSERT_OK_AND_ASSIGN(const DatasetManifest once, WriteDataset(files_, path_, drawings_));
  ASSERT_OK_AND_ASSIGN(const DatasetManifest twice, WriteDataset(files_, path_ + "2", drawings_));
  EXPECT_EQ(once.digest, twice.digest);
  EXPECT_EQ(*ReadFile(files_, path_ + "/manifest.json"), *ReadFile(files_, path_ + "2/manifest.json"));
}

TEST_F(Dataset, VerifyFindsNothingInAnIntactDatasetAndNamesEveryDamage) {
  ASSERT_OK_AND_ASSIGN(const DatasetManifest manifest, WriteDataset(files_, path_, drawings_));
  ASSERT_OK_AND_ASSIGN(const VerifyReport intact, VerifyDataset(files_, path_));
  EXPECT_TRUE(intact.ok());
  EXPECT_EQ(intact.shards, 3U);
  EXPECT_EQ(intact.blocks, 4U);
  EXPECT_EQ(intact.drawings, 3000U);
  FlipBit(path_ + "/shard-00000.dds", 100);
  FlipBit(path_ + "/shard-00001.dds", static_cast<int64_t>(manifest.shards[1].bytes) - 30);
  ASSERT_THAT(files_.RemoveAll(path_ + "/shard-00002.dds"), IsOk());
  ASSERT_OK_AND_ASSIGN(const VerifyReport damaged, VerifyDataset(files_, path_));
  EXPECT_THAT(damaged.damage,
              ElementsAre(HasSubstr("shard-00000.dds: block 0: bad checksum"),
                          HasSubstr("shard-00001.dds: footer: bad checksum"), HasSubstr("shard-00002.dds")));
}

TEST_F(Dataset, AShardOfAnotherDatasetIsRefused) {
  ASSERT_THAT(WriteDataset(files_, path_, drawings_), IsOk());
  ASSERT_THAT(WriteDataset(files_, path_ + "2", RandomDrawings(3000, 2)), IsOk());
  ASSERT_THAT(files_.Rename(path_ + "2/shard-00000.dds", path_ + "/shard-00000.dds"), IsOk());
  EXPECT_THAT(DatasetReader::Open(files_, path_), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard-00000.dds")));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, VerifyDataset(files_, path_));
  EXPECT_THAT(report.damage, ElementsAre(HasSubstr("shard-00000.dds: size differs")));
}

TEST_F(Dataset, AMissingShardIsNamedAndAMissingDatasetIsNotFound) {
  EXPECT_THAT(DatasetReader::Open(files_, path_), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(WriteDataset(files_, path_, drawings_), IsOk());
  ASSERT_THAT(files_.RemoveAll(path_ + "/shard-00002.dds"), IsOk());
  EXPECT_THAT(DatasetReader::Open(files_, path_), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard-00002.dds")));
}

// Whatever operation the disk fails at, the place of the dataset stays empty.
TEST_F(Dataset, AppearsWholeOrNotAtAll) {
  FaultyFileSystem counting(files_);
  ASSERT_THAT(WriteDataset(counting, path_, drawings_), IsOk());
  ASSERT_GT(counting.operations(), 8);
  const std::string other = directory_.path() + "/other";
  for (int64_t operation = 0; operation + 1 < counting.operations(); ++operation) {
    FaultyFileSystem faulty(files_);
    faulty.FailFrom(operation, absl::ResourceExhaustedError("disk full"));
    EXPECT_THAT(WriteDataset(faulty, other, drawings_), StatusIs(absl::StatusCode::kResourceExhausted)) << operation;
    EXPECT_FALSE(files_.Exists(other)) << "operation " << operation;
  }
}

TEST_F(Dataset, TheWriterRefusesWordsOrdersAndSplitsThatDoNotFit) {
  EXPECT_THAT(DatasetWriter::Create(files_, path_, {{"b", "a"}}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(DatasetWriter::Create(files_, path_, {{"a"}, 1000}), StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK_AND_ASSIGN(const auto writer, DatasetWriter::Create(files_, path_, {TestClasses()}));
  EXPECT_THAT(writer->Append(drawings_[0]), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(writer->BeginSplit("valid"), IsOk());
  EXPECT_THAT(writer->BeginSplit("valid"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(writer->BeginSplit("../x"), StatusIs(absl::StatusCode::kInvalidArgument));
  Drawing unknown = drawings_[0];
  unknown.word = "dog";
  EXPECT_THAT(writer->Append(unknown), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dog")));
  ASSERT_THAT(writer->Append(drawings_[1]), IsOk());
  ASSERT_THAT(writer->BeginSplit("train"), IsOk());
  EXPECT_THAT(writer->Append(drawings_[0]), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("order")));
}

TEST_F(Dataset, AnExistingDirectoryIsNeverReplaced) {
  ASSERT_THAT(WriteDataset(files_, path_, drawings_), IsOk());
  EXPECT_THAT(WriteDataset(files_, path_, drawings_), StatusIs(absl::StatusCode::kAlreadyExists));
}

}  // namespace
}  // namespace doodle
