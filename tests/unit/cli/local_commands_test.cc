// Commands that need no coordinator.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/cli/command_line_runner.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string Line(const std::string& word, int key) {
  return absl::StrCat(R"({"word":")", word,
                      R"(","countrycode":"US","timestamp":"2017-03-01 10:00:00.00000 UTC","recognized":true,)",
                      R"("key_id":")", 5000000000000000 + key, R"(","drawing":[[[0,255],[0,255]]]})", "\n");
}

// A directory with a dataset of 20 drawings of two classes, 4 of them in `valid`.
class LocalCommandsTest : public ::testing::Test {
 protected:
  Outcome Ingest(const std::string& more = "") {
    std::string lines = more;
    for (int i = 0; i < 20; ++i) lines += Line(i % 2 == 0 ? "cat" : "fish", i);
    runner_.Write("in/a.ndjson", lines);
    return runner_.Run({"ingest", "in", "--out", "ds", "--split", "valid=20%", "--max-bad", "50%"});
  }

  CommandLineRunner runner_;
};

TEST_F(LocalCommandsTest, VersionAsTextAndJson) {
  EXPECT_THAT(runner_.Run({"version"}).out, StartsWith("doodle "));
  EXPECT_TRUE(nlohmann::json::parse(runner_.Run({"version", "--json"}).out).contains("version"));
}

TEST_F(LocalCommandsTest, NoArgumentsShowsTheHelp) {
  const Outcome outcome = runner_.Run({});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith("Example:\n  doodle up"));
}

TEST_F(LocalCommandsTest, EveryCommandHasHelpThatLeadsWithAnExample) {
  for (const std::string noun : {"up", "ingest", "datasets", "init", "submit", "jobs", "workers", "checkpoints",
                                 "evaluate", "predict", "models", "lr", "contexts", "version", "completion"}) {
    const Outcome outcome = runner_.Run({noun, "-h"});
    EXPECT_EQ(outcome.code, 0) << noun;
    EXPECT_THAT(outcome.out, StartsWith("Example:\n  "));
    EXPECT_THAT(outcome.out.substr(0, outcome.out.find("\n\n")), HasSubstr("doodle " + noun));
  }
}

TEST_F(LocalCommandsTest, CompletionAsksTheProgramItself) {
  EXPECT_THAT(runner_.Run({"completion", "bash"}).out, HasSubstr("complete -o default -F _doodle doodle"));
  EXPECT_THAT(runner_.Run({"--complete-words", "checkpoints"}).out, "ls\nverify\nexport\n");
  EXPECT_EQ(runner_.Run({"completion", "tcsh"}).code, 2);
}

TEST_F(LocalCommandsTest, ModelsAreListed) {
  EXPECT_THAT(runner_.Run({"model", "ls"}).out, HasSubstr("resnet18"));
  const auto json = nlohmann::json::parse(runner_.Run({"models", "ls", "--json"}).out);
  EXPECT_GT(json["models"][0]["parameters"], 0);
}

TEST_F(LocalCommandsTest, InitWritesToStandardOutputOrAFile) {
  const Outcome text = runner_.Run({"init", "quick"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("resnet18"));
  EXPECT_EQ(runner_.Run({"init", "quick", "--out", "quick.yaml"}).code, 0);
  EXPECT_EQ(runner_.Read("quick.yaml"), text.out);
}

TEST_F(LocalCommandsTest, InitDoesNotOverwrite) {
  runner_.Write("quick.yaml", "mine");
  EXPECT_EQ(runner_.Run({"init", "quick", "--out", "quick.yaml"}).code, 1);
  EXPECT_EQ(runner_.Read("quick.yaml"), "mine");
  EXPECT_EQ(runner_.Run({"init", "quick", "--out", "quick.yaml", "--force"}).code, 0);
}

TEST_F(LocalCommandsTest, InitOfAnUnknownTemplateIsBadInput) { EXPECT_EQ(runner_.Run({"init", "quik"}).code, 2); }

TEST_F(LocalCommandsTest, IngestListsWhatItSkipped) {
  const Outcome outcome = Ingest("not a drawing\n");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(outcome.out, runner_.Path("ds") + ": 20 drawings, 2 classes, 2 shards (valid 4, train 16)\n");
  EXPECT_THAT(outcome.error, HasSubstr("a.ndjson:1: "));
}

TEST_F(LocalCommandsTest, IngestOfTooManyBadLinesLeavesNothing) {
  runner_.Write("in/a.ndjson", "bad\n" + Line("cat", 1));
  const Outcome outcome = runner_.Run({"ingest", "in", "--out", "ds"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_FALSE(std::filesystem::exists(runner_.Path("ds")));
}

TEST_F(LocalCommandsTest, IngestWithBadInput) {
  EXPECT_EQ(runner_.Run({"ingest", "nothing", "--out", "ds"}).code, 3);
  ASSERT_EQ(Ingest().code, 0);
  EXPECT_EQ(Ingest().code, 1) << "the dataset is there already";
  EXPECT_EQ(runner_.Run({"ingest", "in", "--out", "other", "--split", "valid"}).code, 2);
  EXPECT_EQ(runner_.Run({"ingest", "in", "--out", "other", "--max-bad", "few"}).code, 2);
}

TEST_F(LocalCommandsTest, IngestReportAsJson) {
  runner_.Write("in/a.ndjson", Line("cat", 1) + Line("cat", 1) + Line("fish", 2));
  const Outcome outcome = runner_.Run({"ingest", "in", "--out", "ds", "--json"});
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["drawings"], 2);
  EXPECT_EQ(json["duplicates"], 1);
  EXPECT_EQ(json["splits"]["train"], 2);
}

TEST_F(LocalCommandsTest, DescribeADataset) {
  ASSERT_EQ(Ingest().code, 0);
  const Outcome outcome = runner_.Run({"datasets", "describe", "ds"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("Drawings  20 in 2 shards"));
  EXPECT_THAT(outcome.out, HasSubstr("valid         4       1\n"));
  const auto json = nlohmann::json::parse(runner_.Run({"dataset", "describe", "ds", "--json"}).out);
  EXPECT_EQ(json["classes"]["cat"], 10);
}

TEST_F(LocalCommandsTest, VerifyADataset) {
  ASSERT_EQ(Ingest().code, 0);
  EXPECT_THAT(runner_.Run({"datasets", "verify", "ds"}).out, HasSubstr(": ok, 20 drawings"));
  std::string bytes = runner_.Read("ds/shard-00001.dds");
  bytes[bytes.size() / 3] ^= 1;
  runner_.Write("ds/shard-00001.dds", bytes);
  const Outcome outcome = runner_.Run({"datasets", "verify", "ds", "--json"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["ok"], false);
  EXPECT_THAT(outcome.out, HasSubstr("shard-00001.dds"));
}

TEST_F(LocalCommandsTest, VerifyOfADirectoryWithoutADataset) {
  EXPECT_EQ(runner_.Run({"datasets", "verify", "."}).code, 3);
}

TEST_F(LocalCommandsTest, ShowDrawsInTheTerminalAndAsPng) {
  ASSERT_EQ(Ingest().code, 0);
  const Outcome text = runner_.Run({"datasets", "show", "ds", "-n", "2"});
  EXPECT_EQ(text.code, 0) << text.error;
  EXPECT_THAT(text.out, HasSubstr("cat                       fish"));
  EXPECT_EQ(runner_.Run({"datasets", "show", "ds", "--out", "sheet.png"}).out, "sheet.png\n");
  EXPECT_THAT(runner_.Read("sheet.png"), StartsWith("\x89PNG"));
}

TEST_F(LocalCommandsTest, ShowOfGooglesBitmaps) {
  const std::string file = std::filesystem::absolute("tests/data/quickdraw/bitmaps/bitmaps.npy").string();
  const Outcome text = runner_.Run({"datasets", "show", file, "-n", "6"});
  EXPECT_EQ(text.code, 0) << text.error;
  EXPECT_THAT(text.out, HasSubstr("\n0               1               2               3               4\n"));
  EXPECT_THAT(text.out, HasSubstr("\n5\n"));
  const auto json = nlohmann::json::parse(runner_.Run({"datasets", "show", file, "--json"}).out);
  EXPECT_EQ(json["bitmaps"], 35);
  EXPECT_EQ(json["size"], 28);
  EXPECT_EQ(runner_.Run({"datasets", "show", file, "--out", "sheet.png"}).out, "sheet.png\n");
  EXPECT_THAT(runner_.Read("sheet.png"), StartsWith("\x89PNG"));
  EXPECT_EQ(runner_.Run({"datasets", "show", file, "--split", "train"}).code, 2);
}

TEST_F(LocalCommandsTest, ShowRefusesDamagedBitmapsAndOtherPictures) {
  const std::string whole = *ReadFile(LocalFileSystem(), "tests/data/quickdraw/bitmaps/bitmaps.npy");
  runner_.Write("cut.npy", whole.substr(0, whole.size() - 1));
  const Outcome cut = runner_.Run({"datasets", "show", "cut.npy", "--out", "sheet.png"});
  EXPECT_EQ(cut.code, 1);
  EXPECT_THAT(cut.error, HasSubstr("cut.npy: the head says 35 bitmaps"));
  EXPECT_EQ(runner_.Read("sheet.png"), "");
  EXPECT_EQ(runner_.Run({"datasets", "show", "none.npy"}).code, 3);
  runner_.Write("whole.npy", whole);
  const Outcome jpeg = runner_.Run({"datasets", "show", "whole.npy", "--out", "sheet.jpg"});
  EXPECT_EQ(jpeg.code, 2);
  EXPECT_THAT(jpeg.error, HasSubstr("sheet.jpg does not end with .png"));
}

TEST_F(LocalCommandsTest, ShowOfOneClassAndSplit) {
  ASSERT_EQ(Ingest().code, 0);
  const auto json =
      nlohmann::json::parse(runner_.Run({"datasets", "show", "ds", "--class", "fish", "-n", "3", "--json"}).out);
  ASSERT_EQ(json["drawings"].size(), 3u);
  EXPECT_EQ(json["drawings"][2]["word"], "fish");
  EXPECT_EQ(runner_.Run({"datasets", "show", "ds", "--class", "whale"}).code, 2);
  EXPECT_EQ(runner_.Run({"datasets", "show", "ds", "--split", "test"}).code, 2);
  EXPECT_EQ(runner_.Run({"datasets", "show", "ds", "-n", "0"}).code, 2);
}

TEST_F(LocalCommandsTest, LearningRatesAsCurveSvgAndNumbers) {
  runner_.Write("quick.yaml", runner_.Run({"init", "quick"}).out);
  const auto plot = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"lr",
                                          "plot",
                                          "quick.yaml",
                                          "--samples",
                                          "6400",
                                          "--set",
                                          "stages.0.epochs=8",
                                          "--set",
                                          "stages.0.schedule.max_lr=2.0e-3"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runner_.Run(arguments);
  };
  EXPECT_THAT(plot({}).out, HasSubstr("0.002"));
  EXPECT_EQ(plot({"--svg", "lr.svg"}).code, 0);
  EXPECT_THAT(runner_.Read("lr.svg"), StartsWith("<svg"));
  const auto json = nlohmann::json::parse(plot({"--json"}).out);
  EXPECT_EQ(json["steps"], 800) << "8 epochs of 100 steps";
  EXPECT_NEAR(json["learningRate"][0], 2e-3 / 25, 1e-12);
}

TEST_F(LocalCommandsTest, LearningRatesNeedTheNumberOfDrawings) {
  runner_.Write("quick.yaml", runner_.Run({"init", "quick"}).out);
  const Outcome outcome = runner_.Run({"lr", "plot", "quick.yaml", "--set", "dataset=nowhere"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("--samples N"));
  const Outcome none = runner_.Run({"lr", "plot", "quick.yaml", "--samples", "0"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.error, HasSubstr("--samples: \"0\" is not a whole number from 1"));
}

TEST_F(LocalCommandsTest, ContextsAreAddedUsedAndListed) {
  runner_.variables["HOME"] = runner_.Path("home");
  EXPECT_EQ(runner_.Run({"contexts", "add", "local", "127.0.0.1:7460"}).code, 0);
  EXPECT_EQ(runner_.Run({"contexts", "add", "lab", "trainer.lab:7460"}).code, 0);
  EXPECT_EQ(runner_.Run({"context", "use", "lab"}).code, 0);
  EXPECT_EQ(runner_.Run({"contexts", "ls"}).out,
            "CURRENT  NAME   COORDINATOR\n"
            "*        lab    trainer.lab:7460\n"
            "         local  127.0.0.1:7460\n");
  EXPECT_EQ(runner_.Run({"contexts", "use", "lad"}).code, 3);
  EXPECT_EQ(runner_.Run({"contexts", "add", "bad", "no-port"}).code, 2);
  EXPECT_EQ(runner_.Run({"contexts", "add", "bad", "::1:7460"}).code, 2);
  EXPECT_EQ(runner_.Run({"contexts", "add", "six", "[::1]:7460"}).code, 0);
}

// With several coordinators about, the address alone does not say which setting is wrong.
TEST_F(LocalCommandsTest, CoordinatorThatDoesNotAnswerIsNamedWithItsSource) {
  runner_.variables["HOME"] = runner_.Path("home");
  EXPECT_THAT(runner_.Run({"contexts", "use", "dead"}).error, HasSubstr("unknown context \"dead\"; there are none"));
  EXPECT_EQ(runner_.Run({"contexts", "add", "dead", "127.0.0.1:1"}).code, 0);
  const Outcome outcome = runner_.Run({"jobs", "ls"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("cannot reach the coordinator at 127.0.0.1:1 (context dead): "));
}

TEST_F(LocalCommandsTest, CoordinatorThatIsNoAddress) {
  const Outcome option = runner_.Run({"jobs", "ls", "--coordinator", "nonsense"});
  EXPECT_EQ(option.code, 2);
  EXPECT_EQ(option.error, "error: --coordinator: \"nonsense\" is not HOST:PORT, an IPv6 host in brackets\n");
  runner_.variables["DOODLE_COORDINATOR"] = "host:";
  EXPECT_THAT(runner_.Run({"jobs", "ls"}).error, HasSubstr("DOODLE_COORDINATOR: \"host:\" is not"));
}

TEST_F(LocalCommandsTest, ContextsFileThatDoesNotParse) {
  runner_.variables["DOODLE_CONFIG"] = runner_.Path("config.yaml");
  runner_.Write("config.yaml", "curent: lab\n");
  const Outcome outcome = runner_.Run({"jobs", "ls"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("config.yaml: unknown field \"curent\""));
  EXPECT_THAT(outcome.out, IsEmpty());
}

}  // namespace
}  // namespace doodle
