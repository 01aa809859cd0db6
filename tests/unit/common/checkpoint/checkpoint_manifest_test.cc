#include "common/checkpoint/checkpoint_manifest.h"

#include "common/io/checksum.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

CheckpointManifest Manifest() {
  return {.job = "quick",
          .tag = {7, 12345},
          .parameters_digest = "aa",
          .optimizer_digest = "bb",
          .files = {{"model.safetensors", 5, Sha256Hex("model")}, {"state.json", 2, Sha256Hex("{}")}}};
}

void WriteCheckpoint(const TemporaryDirectory& directory, const CheckpointManifest& manifest) {
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), directory.File("model.safetensors"), "model"), IsOk());
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), directory.File("state.json"), "{}"), IsOk());
  ASSERT_THAT(
      WriteFileAtomically(LocalFileSystem(), directory.File("manifest.json"), SerializeCheckpointManifest(manifest)),
      IsOk());
}

TEST(CheckpointNameTest, NameCarriesStepAndGeneration) {
  EXPECT_EQ(CheckpointName({7, 12345}), "step-000012345-g7");
  EXPECT_EQ(CheckpointName({1, 12345678901}), "step-12345678901-g1");
  ASSERT_OK_AND_ASSIGN(StateTag tag, ParseCheckpointName("step-12345678901-g18"));
  EXPECT_EQ(tag, (StateTag{18, 12345678901}));
}

TEST(CheckpointNameTest, OtherSpellingsAreRefused) {
  for (const char* name : {"", "step-1-g1", "step-000000001-g01", "step-000000001-g", "step--00000001-g1", "latest",
                           "step-000000001-g1/..", "step-+00000001-g1", ".step-000000001-g1.tmp-ab"}) {
    EXPECT_THAT(ParseCheckpointName(name), StatusIs(absl::StatusCode::kInvalidArgument)) << name;
  }
}

TEST(CheckpointManifestTest, RoundTrip) {
  ASSERT_OK_AND_ASSIGN(CheckpointManifest manifest, ParseCheckpointManifest(SerializeCheckpointManifest(Manifest())));
  EXPECT_EQ(manifest, Manifest());
}

TEST(CheckpointManifestTest, DamagedManifestsAreDataLoss) {
  for (const char* json : {"", "[]", "{}", R"({"version":1})", R"({"version":"1"})"}) {
    EXPECT_THAT(ParseCheckpointManifest(json), StatusIs(absl::StatusCode::kDataLoss)) << json;
  }
  CheckpointManifest outside = Manifest();
  outside.files[0].name = "../model.safetensors";
  EXPECT_THAT(ParseCheckpointManifest(SerializeCheckpointManifest(outside)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("../model.safetensors")));
}

TEST(CheckpointManifestTest, ANewerFormatIsNotGuessedAt) {
  CheckpointManifest newer = Manifest();
  newer.version = 2;
  EXPECT_THAT(ParseCheckpointManifest(SerializeCheckpointManifest(newer)),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("version 2")));
}

TEST(VerifyCheckpointTest, AnUntouchedCheckpointVerifies) {
  TemporaryDirectory directory;
  WriteCheckpoint(directory, Manifest());
  ASSERT_OK_AND_ASSIGN(CheckpointManifest manifest, VerifyCheckpoint(LocalFileSystem(), directory.path()));
  EXPECT_EQ(manifest, Manifest());
}

TEST(VerifyCheckpointTest, WithoutManifestThereIsNoCheckpoint) {
  TemporaryDirectory directory;
  EXPECT_THAT(VerifyCheckpoint(LocalFileSystem(), directory.path()), StatusIs(absl::StatusCode::kNotFound));
}

// A flipped byte, a shorter file and a missing one: each names the file.
TEST(VerifyCheckpointTest, WhatDiffersIsNamed) {
  TemporaryDirectory directory;
  WriteCheckpoint(directory, Manifest());
  for (const char* content : {"mOdel", "mode"}) {
    ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), directory.File("model.safetensors"), content), IsOk());
    EXPECT_THAT(VerifyCheckpoint(LocalFileSystem(), directory.path()),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("model.safetensors")));
  }
  ASSERT_THAT(LocalFileSystem().RemoveAll(directory.File("model.safetensors")), IsOk());
  EXPECT_THAT(VerifyCheckpoint(LocalFileSystem(), directory.path()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("model.safetensors: is missing")));
}

}  // namespace
}  // namespace doodle
