// Writer and loader together: what is written is what is restored, and nothing damaged ever is.
#include <cmath>
#include <limits>

#include "ATen/ATen.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/io/checksum.h"
#include "gmock/gmock.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "worker/checkpoint/checkpoint_loader.h"
#include "worker/checkpoint/checkpoint_writer.h"
#include "worker/model/state_dict.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A small model in training, with its optimizer.
struct Rank {
  explicit Rank(uint64_t seed, OptimizerSpec spec = {}) {
    model = *CreateModel("smallcnn", 1, 4, seed);
    optimizer = *Optimizer::Create(spec, Parameters(*model));
  }
  void Train() {
    optimizer->ClearGradients();
    model->Forward(at::ones({4, 1, 16, 16})).pow(2).sum().backward();
    ASSERT_THAT(optimizer->Step(0.01), IsOk());
    ++progress.tag.next_step;
    progress.tag.generation = 3;
  }
  ModelState View() { return {*model, *optimizer, progress}; }
  std::string Digest() const { return *DigestEntries(StateDict(*model)) + *DigestEntries(optimizer->StateTensors()); }

  std::shared_ptr<ImageModel> model;
  std::unique_ptr<Optimizer> optimizer;
  Progress progress;
};

class CheckpointTest : public ::testing::Test {
 protected:
  absl::StatusOr<CheckpointReceipt> Write(Rank& rank) {
    auto writer = CheckpointWriter::Create(Options(), files_, clock_);
    if (!writer.ok()) return writer.status();
    return Write(**writer, rank);
  }

  absl::StatusOr<CheckpointReceipt> Write(CheckpointWriter& writer, Rank& rank) {
    absl::Status started = writer.Start(rank.View());
    if (!started.ok()) return started;
    absl::Status idle = writer.AwaitIdle(absl::Seconds(60));
    if (!idle.ok()) return idle;
    return *writer.TakeResult();
  }

  CheckpointWriter::Options Options() const {
    return {.directory = directory_.File("checkpoints"),
            .job = "quick",
            .metadata = {.arch = "smallcnn", .classes = {"a b", "c", "d", "e"}, .raster = {.size = 16}}};
  }

  std::string Path(const CheckpointReceipt& receipt) const { return Options().directory + "/" + receipt.name; }

  TemporaryDirectory directory_;
  FaultyFileSystem files_{LocalFileSystem()};
  FakeClock clock_;
};

TEST_F(CheckpointTest, RestoredStateIsTheSameState) {
  Rank rank(1);
  rank.Train();
  rank.Train();
  rank.progress.stage = 1;
  rank.progress.evaluations = {
      {.step = 2, .split = "valid", .loss = 0.1, .top1 = 1.0 / 3, .map3 = 0.5, .drawings = 350}};
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt receipt, Write(rank));
  EXPECT_EQ(receipt.name, "step-000000002-g3");

  Rank other(2);
  ASSERT_THAT(RestoreCheckpoint(files_, Path(receipt), other.View()), IsOk());
  EXPECT_EQ(other.Digest(), rank.Digest());
  EXPECT_EQ(other.progress, rank.progress);
  rank.Train();
  other.Train();
  EXPECT_EQ(other.Digest(), rank.Digest());
}

// The manifest and the receipt carry digests of what is in memory, which other ranks can compare with.
TEST_F(CheckpointTest, ReceiptSaysWhatWasWritten) {
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt receipt, Write(rank));
  EXPECT_EQ(receipt.parameters_digest, *DigestEntries(StateDict(*rank.model)));
  EXPECT_EQ(receipt.optimizer_digest, *DigestEntries(rank.optimizer->StateTensors()));
  EXPECT_EQ(receipt.manifest_sha256, *Sha256OfFile(files_, Path(receipt) + "/manifest.json"));
  EXPECT_THAT(*files_.List(Path(receipt)),
              ElementsAre("manifest.json", "model.safetensors", "optimizer.safetensors", "state.json"));
}

// Training goes on while files are written: what is written is the state of the moment of Start.
TEST_F(CheckpointTest, LaterStepsDoNotReachTheSnapshot) {
  Rank rank(1);
  rank.Train();
  const std::string at_start = *DigestEntries(StateDict(*rank.model));
  ASSERT_OK_AND_ASSIGN(auto writer, CheckpointWriter::Create(Options(), files_, clock_));
  ASSERT_THAT(writer->Start(rank.View()), IsOk());
  rank.Train();
  ASSERT_THAT(writer->AwaitIdle(absl::Seconds(60)), IsOk());
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt receipt, *writer->TakeResult());
  EXPECT_EQ(receipt.parameters_digest, at_start);
  EXPECT_EQ(receipt.name, "step-000000001-g3");
}

// Two in flight would mean two copies of the state, and reports out of order.
TEST_F(CheckpointTest, ASecondOneMustWaitUntilTheResultIsTaken) {
  Rank rank(1);
  ASSERT_OK_AND_ASSIGN(auto writer, CheckpointWriter::Create(Options(), files_, clock_));
  EXPECT_FALSE(writer->TakeResult().has_value());
  ASSERT_THAT(writer->Start(rank.View()), IsOk());
  EXPECT_THAT(writer->Start(rank.View()), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(writer->AwaitIdle(absl::Seconds(60)), IsOk());
  EXPECT_THAT(writer->Start(rank.View()), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(*writer->TakeResult(), IsOk());
  rank.Train();
  EXPECT_THAT(Write(*writer, rank), IsOk());
}

// A repeated request for the same state answers with what is there.
TEST_F(CheckpointTest, TheSameTagAgainIsNotWrittenAgain) {
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt first, Write(rank));
  const int64_t operations = files_.operations();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt second, Write(rank));
  EXPECT_EQ(second.manifest_sha256, first.manifest_sha256);
  EXPECT_LE(files_.operations() - operations, 1);  // MakeDirectories of Create.
}

TEST_F(CheckpointTest, ADamagedOneOfTheSameTagIsReplaced) {
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt receipt, Write(rank));
  ASSERT_THAT(WriteFileAtomically(files_, Path(receipt) + "/state.json", "{}"), IsOk());
  ASSERT_THAT(Write(rank), IsOk());
  EXPECT_THAT(VerifyCheckpoint(files_, Path(receipt)), IsOk());
}

TEST_F(CheckpointTest, AnotherStateOfTheSameTagIsRefused) {
  Rank rank(1);
  Rank other(2);
  rank.Train();
  other.Train();
  ASSERT_THAT(Write(rank), IsOk());
  EXPECT_THAT(Write(other), StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("step-000000001-g3")));
}

// Wherever the machine stops, there is either no checkpoint of that name or a whole one.
TEST_F(CheckpointTest, AFailureAtAnyOperationLeavesNoHalfCheckpoint) {
  Rank rank(1);
  rank.Train();
  const std::string path = Options().directory + "/step-000000001-g3";
  int64_t failures = 0;
  for (int64_t operation = 1;; ++operation) {
    FaultyFileSystem faulty(LocalFileSystem());
    ASSERT_OK_AND_ASSIGN(auto writer, CheckpointWriter::Create(Options(), faulty, clock_));
    faulty.FailFrom(faulty.operations() + operation - 1, absl::ResourceExhaustedError("disk full"));
    absl::StatusOr<CheckpointReceipt> receipt = Write(*writer, rank);
    if (receipt.ok()) break;
    ++failures;
    EXPECT_THAT(receipt, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("disk full")));
    absl::StatusOr<CheckpointManifest> left = VerifyCheckpoint(LocalFileSystem(), path);
    EXPECT_TRUE(left.ok() || absl::IsNotFound(left.status())) << left.status();
    ASSERT_THAT(LocalFileSystem().RemoveAll(Options().directory), IsOk());
  }
  EXPECT_GT(failures, 10);
}

// The last good checkpoint is worth more than weights that are no numbers.
TEST_F(CheckpointTest, WeightsThatAreNotFiniteAreNotWritten) {
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt good, Write(rank));
  rank.Train();
  at::Tensor weight = StateDict(*rank.model)[0].tensor;
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    weight.view(-1)[3].fill_(bad);
    EXPECT_THAT(Write(rank), StatusIs(absl::StatusCode::kOutOfRange, HasSubstr(StateDict(*rank.model)[0].name)));
  }
  EXPECT_THAT(*files_.List(Options().directory), ElementsAre(good.name));
}

// A writer that was killed leaves its temporary directory; the next checkpoint of a later generation removes it. One of
// its own generation may still be written, by the rank that was rank 0 a moment ago.
TEST_F(CheckpointTest, UnfinishedDirectoriesOfOlderGenerationsAreRemoved) {
  const std::string parent = Options().directory;
  for (const char* name : {".step-000000001-g2.tmp-0a1b2c3d", ".step-000000009-g3.tmp-0a1b2c3d", ".keep", "step-7"}) {
    ASSERT_THAT(files_.MakeDirectories(parent + "/" + name), IsOk());
  }
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt receipt, Write(rank));
  EXPECT_THAT(*files_.List(parent), ElementsAre(".keep", ".step-000000009-g3.tmp-0a1b2c3d", receipt.name, "step-7"));
}

// A rank that was rank 0 in generation 2 is still writing.
TEST_F(CheckpointTest, UnfinishedDirectoriesOfALiveRankStay) {
  const std::string parent = Options().directory;
  for (const char* name : {".step-000000001-g1.tmp-0a1b2c3d", ".step-000000001-g2.tmp-0a1b2c3d"}) {
    ASSERT_THAT(files_.MakeDirectories(parent + "/" + name), IsOk());
  }
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(auto writer, CheckpointWriter::Create(Options(), files_, RealClock()));
  ASSERT_THAT(writer->Start(rank.View(), /*oldest_in_flight=*/2), IsOk());
  ASSERT_THAT(writer->AwaitIdle(absl::Seconds(60)), IsOk());
  const auto names = *files_.List(parent);
  EXPECT_THAT(names, ::testing::Not(::testing::Contains(".step-000000001-g1.tmp-0a1b2c3d")));
  EXPECT_THAT(names, ::testing::Contains(".step-000000001-g2.tmp-0a1b2c3d"));
}

// Every file of a checkpoint, damaged in turn: named, and the live state untouched.
TEST_F(CheckpointTest, ADamagedFileIsNamedAndNeverLoaded) {
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt receipt, Write(rank));
  Rank other(2);
  const std::string before = other.Digest();
  for (const char* name : {"model.safetensors", "optimizer.safetensors", "state.json", "manifest.json"}) {
    const std::string file = Path(receipt) + "/" + name;
    ASSERT_OK_AND_ASSIGN(std::string good, ReadFile(files_, file));
    std::string bad = good;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 4);
    ASSERT_THAT(WriteFileAtomically(files_, file, bad), IsOk());
    absl::Status status = RestoreCheckpoint(files_, Path(receipt), other.View());
    EXPECT_FALSE(status.ok()) << name;
    if (file != Path(receipt) + "/manifest.json") {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss, HasSubstr(name)));
    }
    EXPECT_EQ(other.Digest(), before) << name;
    ASSERT_THAT(WriteFileAtomically(files_, file, good), IsOk());
  }
  EXPECT_THAT(RestoreCheckpoint(files_, Path(receipt), other.View()), IsOk());
}

// The optimizer does not fit: the model, which does, must not be loaded either.
TEST_F(CheckpointTest, WhatDoesNotFitChangesNothing) {
  Rank rank(1);
  rank.Train();
  ASSERT_OK_AND_ASSIGN(CheckpointReceipt receipt, Write(rank));
  Rank other(2, {.kind = OptimizerKind::kSgd});
  const std::string before = other.Digest();
  EXPECT_THAT(RestoreCheckpoint(files_, Path(receipt), other.View()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("checkpoint: optimizer")));
  EXPECT_EQ(other.Digest(), before);
  EXPECT_EQ(other.progress, Progress());
}

// Numbers come back bit for bit; a loss that is none comes back as none.
TEST(ProgressTest, RoundTripIsExact) {
  Progress progress{.tag = {7, 9007199254740993}, .stage = 2};
  progress.evaluations = {
      {.step = 1, .split = "valid", .loss = 0.1 + 0.2, .top1 = 1.0 / 3, .top3 = 5e-324, .map3 = 0.95}};
  ASSERT_OK_AND_ASSIGN(Progress read, ParseProgress(SerializeProgress(progress)));
  EXPECT_EQ(read, progress);
  progress.evaluations[0].loss = std::numeric_limits<double>::quiet_NaN();
  ASSERT_OK_AND_ASSIGN(read, ParseProgress(SerializeProgress(progress)));
  EXPECT_TRUE(std::isnan(read.evaluations[0].loss));
  progress.evaluations.clear();
  progress.loss_scale = LossScale{0.0009765625, 1999};
  ASSERT_OK_AND_ASSIGN(read, ParseProgress(SerializeProgress(progress)));
  EXPECT_EQ(read, progress);
}

TEST(ProgressTest, DamageIsDataLoss) {
  for (const char* json :
       {"", "{}", R"({"version":1})", R"({"version":1,"generation":-1,"next_step":0})",
        R"({"version":1,"generation":1,"next_step":0,"stage":0,"evaluations":[],"loss_scale":{"scale":0}})"}) {
    EXPECT_THAT(ParseProgress(json), StatusIs(absl::StatusCode::kDataLoss)) << json;
  }
}

}  // namespace
}  // namespace doodle
