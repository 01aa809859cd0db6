// Datasets made, cut, pruned and exported on this machine.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/drawing_options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/cli/command_line_runner.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

std::string Line(const std::string& word, int key) {
  return absl::StrCat(R"({"word":")", word, R"(","recognized":)", key % 4 == 0 ? "false" : "true", R"(,"key_id":")",
                      5000000000000000 + key, R"(","drawing":[[[0,255],[0,255]]]})", "\n");
}

// A dataset "ds" of 40 drawings of cat and fish, a quarter of them not recognized; 8 in `valid`.
class DatasetsCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string lines;
    for (int i = 0; i < 40; ++i) lines += Line(i % 2 == 0 ? "cat" : "fish", i);
    runner_.Write("in/a.ndjson", lines);
    ASSERT_EQ(runner_.Run({"ingest", "in", "--out", "ds", "--split", "valid=20%"}).code, 0);
  }

  nlohmann::json Json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Outcome outcome = runner_.Run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.error;
    return nlohmann::json::parse(outcome.out);
  }

  CommandLineRunner runner_;
};

TEST_F(DatasetsCommands, TheSampleDigestIsTheSameForTheSameDrawings) {
  const std::string digest = Json({"datasets", "describe", "./ds"})["sampleDigest"];
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_THAT(runner_.Run({"datasets", "describe", "./ds"}).out, HasSubstr("Samples   " + digest));
  EXPECT_EQ(Json({"ingest", "ds", "--out", "again", "--memory", "1MiB", "--threads", "3"})["sampleDigest"], digest);
  EXPECT_EQ(Json({"datasets", "split", "ds", "--out", "cut", "--split", "test=3"})["sampleDigest"], digest);
}

TEST_F(DatasetsCommands, IngestFiltersWhatItReads) {
  const auto json = Json({"ingest", "ds", "--out", "few", "--class", "fish", "--limit-per-class", "5"});
  EXPECT_EQ(json["drawings"], 5);
  EXPECT_EQ(json["filtered"], 35);
  EXPECT_EQ(Json({"ingest", "ds", "--out", "no", "--recognized", "false"})["drawings"], 10);
}

TEST_F(DatasetsCommands, SplitCutsWithoutACopyAndVerifies) {
  const auto json = Json({"datasets", "split", "ds", "--out", "cut", "--split", "test=3", "--split", "valid=50%"});
  EXPECT_EQ(json["splits"], (nlohmann::json{{"test", 3}, {"valid", 20}, {"train", 17}}));
  EXPECT_EQ(json["base"], "../ds");
  EXPECT_EQ(runner_.Run({"datasets", "verify", "cut"}).code, 0);
}

TEST_F(DatasetsCommands, PruneLeavesOutTheKeysOfAFileAndCountsUnknownOnes) {
  runner_.Write("bad.txt", "5000000000000001\n5000000000000002\n7\n");
  const Outcome outcome = runner_.Run({"datasets", "prune", "ds", "--out", "clean", "--drop", "bad.txt"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("38 drawings"));
  EXPECT_THAT(outcome.error, HasSubstr("1 of the keys are of no drawing"));
  EXPECT_EQ(Json({"datasets", "describe", "./clean"})["classes"], (nlohmann::json{{"cat", 19}, {"fish", 19}}));
  EXPECT_EQ(runner_.Run({"datasets", "verify", "clean"}).code, 0);
}

TEST_F(DatasetsCommands, ExportWritesAFileForEachClass) {
  const auto json = Json({"datasets", "export", "ds", "--out", "files", "--split", "valid"});
  EXPECT_EQ(json["drawings"], 8);
  EXPECT_THAT(runner_.Read("files/cat.ndjson"), HasSubstr(R"("word":"cat")"));
  EXPECT_EQ(Json({"datasets", "export", "ds", "--out", "tars", "--format", "webdataset"})["files"], 2);
}

TEST_F(DatasetsCommands, RawPointsAreKeptShownExportedAndDescribed) {
  runner_.Write("raw.ndjson", R"({"word":"cat","key_id":"1","drawing":[[[10,40.5,90],[20,20,30],[0,9,8]]]})"
                              "\n"
                              R"({"word":"cat","key_id":"2","drawing":[[[10,40.5,90],[20,20,30],[0,9,9]]]})"
                              "\n");
  const Outcome ingest = runner_.Run({"ingest", "raw.ndjson", "--out", "raw", "--raw"});
  EXPECT_EQ(ingest.code, 0) << ingest.error;
  EXPECT_THAT(ingest.out, HasSubstr("points as drawn"));
  EXPECT_THAT(ingest.error, HasSubstr("in 1 drawings a time ran back"));
  const auto json = Json({"datasets", "describe", "./raw"});
  EXPECT_EQ(json["points"], "raw");
  EXPECT_EQ(json["clampedDrawings"], 1);
  EXPECT_THAT(runner_.Run({"datasets", "describe", "./raw"}).out, HasSubstr("Clamped   times of 1 drawings"));
  EXPECT_EQ(Json({"ingest", "raw", "--out", "again", "--raw"})["points"], "raw");
  EXPECT_EQ(runner_.Run({"datasets", "show", "raw", "--out", "sheet.png"}).code, 0);
  EXPECT_EQ(runner_.Run({"datasets", "export", "raw", "--out", "files"}).code, 0);
  EXPECT_THAT(runner_.Read("files/cat.ndjson"), HasSubstr("[[10,40.5,90],[20,20,30],[0,9,9]]"));
}

TEST_F(DatasetsCommands, RawAndSimplifiedPointsDoNotMix) {
  runner_.Write("raw.ndjson", R"({"word":"cat","key_id":"1","drawing":[[[10,40.5],[20,20],[0,9]]]})"
                              "\n");
  ASSERT_EQ(runner_.Run({"ingest", "raw.ndjson", "--out", "raw", "--raw"}).code, 0);
  for (const auto& [arguments, words] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"ingest", "in", "--out", "out", "--raw"}, "a.ndjson: simplified drawing: raw points are wanted"},
           {{"ingest", "ds", "raw", "--out", "out", "--raw"}, "/ds has simplified points"},
           {{"ingest", "ds", "raw", "--out", "out"}, "/raw has raw points"},
           {{"datasets", "export", "raw", "--out", "out", "--format", "bin"}, "/raw has raw points"}}) {
    const Outcome outcome = runner_.Run(arguments);
    EXPECT_NE(outcome.code, 0);
    EXPECT_THAT(outcome.error, HasSubstr(words));
    EXPECT_FALSE(std::filesystem::exists(runner_.Path("out"))) << words;
  }
}

TEST_F(DatasetsCommands, ABinExportSaysHowOftenRecognizedIsNotKnown) {
  runner_.Write("one.ndjson", R"({"word":"cat","key_id":"1","drawing":[[[1],[2]]]})"
                              "\n");
  ASSERT_EQ(runner_.Run({"ingest", "one.ndjson", "--out", "one"}).code, 0);
  const Outcome outcome = runner_.Run({"datasets", "export", "one", "--out", "bins", "--format", "bin"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.error, HasSubstr("of 1 drawings it is not known whether they were recognized"));
}

// Names of files are bytes, JSON is UTF-8.
TEST_F(DatasetsCommands, NamesAndLinesThatAreNotUtf8AreReportedInJson) {
  runner_.Write("caf\xe9.ndjson", Line("cat", 1) + "{\"word\":\"\xff\"}\n");
  const auto json = Json({"ingest", "caf\xe9.ndjson", "--out", "d\xe9", "--max-bad", "50%"});
  EXPECT_THAT(json["badLines"][0]["file"].get<std::string>(), HasSubstr("caf?.ndjson"));
  EXPECT_EQ(Json({"datasets", "describe", "./d\xe9"})["drawings"], 1);
  EXPECT_EQ(Json({"datasets", "verify", "./d\xe9"})["ok"], true);
  EXPECT_EQ(Json({"datasets", "export", "./d\xe9", "--out", "\xe9"})["drawings"], 1);
}

TEST_F(DatasetsCommands, WrongOptionsAreNamedAndWriteNothing) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"ingest", "in", "--out", "out", "--memory", "lots"}, "--memory: \"lots\""},
      {{"ingest", "in", "--out", "out", "--memory", "1KiB"}, "memory_bytes"},
      {{"ingest", "in", "--out", "out", "--threads", "-1"}, "--threads"},
      {{"ingest", "in", "--out", "out", "--recognized", "maybe"}, "--recognized"},
      {{"ingest", "in", "--out", "out", "--class", "unicorn"}, "unicorn"},
      {{"ingest", "in", "--out", "out", "--class", "Cat"}, "did you mean \"cat\"?"},
      {{"ingest", "in", "--out", "out", "--limit-per-class", "0"}, "--limit-per-class"},
      {{"datasets", "prune", "ds", "--out", "out", "--limit-per-class", "0"}, "--limit-per-class"},
      {{"datasets", "prune", "ds", "--out", "out"}, "nothing to prune by"},
      {{"datasets", "split", "ds", "--out", "out", "--split", "valid=41"}, "41"},
      {{"datasets", "export", "ds", "--out", "out", "--format", "png"}, "--format"}};
  for (const auto& [arguments, words] : cases) {
    const Outcome outcome = runner_.Run(arguments);
    EXPECT_EQ(outcome.code, 2) << words;
    EXPECT_THAT(outcome.error, HasSubstr(words));
    EXPECT_FALSE(std::filesystem::exists(runner_.Path("out"))) << words;
  }
}

TEST(ParseBytes, TakesUnitsAndRefusesTheRest) {
  EXPECT_EQ(*ParseBytes("64MiB"), 64ULL << 20);
  EXPECT_EQ(*ParseBytes("1GB"), 1'000'000'000ULL);
  EXPECT_EQ(*ParseBytes("17"), 17U);
  for (const char* text : {"", "MiB", "1.5GiB", "-1", "99999999999TiB"}) {
    EXPECT_THAT(ParseBytes(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace doodle
