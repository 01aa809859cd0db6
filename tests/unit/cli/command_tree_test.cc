#include "cli/command_tree.h"

#include <memory>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A tree of one noun with one verb that records what it was given.
struct SmallTree {
  std::string help;
  std::string name;
  std::vector<std::string> sets;
  int64_t count = 7;
  bool flag = false;
  bool json = false;
  int runs = 0;
  CommandTree tree{"doodle", "About.", "doodle fish catch", [this](const std::string& text) { help = text; }};

  SmallTree() {
    tree.root().Flag(json, "--json", "JSON.");
    Command fish = tree.root().Add({"fishes", "fish"}, "Fish.", "doodle fishes catch cod");
    Command take = fish.Add({"catch"}, "Catches.", "doodle fishes catch cod\ndoodle fishes catch eel");
    take.Argument(name, "NAME", "Which.");
    take.Options(sets, "--set", "a=b", "Overrides.");
    take.Option(count, "-n,--count", "N", "How many.");
    take.Flag(flag, "--all", "All.");
    take.Run([this] {
      ++runs;
      return absl::OkStatus();
    });
  }

  absl::Status Run(const std::vector<std::string>& arguments) {
    auto action = tree.Parse(arguments);
    return action.ok() ? (*action)() : action.status();
  }
};

// Both names of the noun lead to the verb, and options of the root are taken at the end too.
TEST(CommandTreeTest, SingularNounAndTrailingRootOption) {
  SmallTree small;
  ASSERT_THAT(small.Run({"fish", "catch", "cod", "--set", "a=1", "--set", "b=2", "-n", "3", "--all", "--json"}),
              IsOk());
  EXPECT_EQ(small.runs, 1);
  EXPECT_EQ(small.name, "cod");
  EXPECT_THAT(small.sets, ElementsAre("a=1", "b=2"));
  EXPECT_EQ(small.count, 3);
  EXPECT_TRUE(small.flag);
  EXPECT_TRUE(small.json);
}

// A name that is also a command's is a name where a name is due.
TEST(CommandTreeTest, ArgumentNamedAfterACommand) {
  SmallTree small;
  ASSERT_THAT(small.Run({"fishes", "catch", "fish"}), IsOk());
  EXPECT_EQ(small.name, "fish");
  SmallTree other;
  ASSERT_THAT(other.Run({"fishes", "catch", "catch"}), IsOk());
  EXPECT_EQ(other.name, "catch");
}

TEST(CommandTreeTest, NothingAfterTwoDashesIsAnOption) {
  SmallTree small;
  ASSERT_THAT(small.Run({"fishes", "catch", "--", "--json"}), IsOk());
  EXPECT_EQ(small.name, "--json");
  EXPECT_FALSE(small.json);
}

TEST(CommandTreeTest, CompletionsAreCommandsThenOptions) {
  SmallTree small;
  EXPECT_THAT(small.tree.Completions({}), ElementsAre("fishes"));
  EXPECT_THAT(small.tree.Completions({"fish"}), ElementsAre("catch"));
  EXPECT_THAT(small.tree.Completions({"fish", "catch", "cod"}),
              ElementsAre("--all", "--count", "--help", "--json", "--set"));
}

TEST(CommandTreeTest, DefaultsStayWhenNotGiven) {
  SmallTree small;
  ASSERT_THAT(small.Run({"--json", "fishes", "catch", "cod"}), IsOk());
  EXPECT_EQ(small.count, 7);
  EXPECT_FALSE(small.flag);
}

TEST(CommandTreeTest, UnknownVerbComesWithTheNearest) {
  SmallTree small;
  EXPECT_THAT(small.Run({"fishes", "cach", "cod"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("did you mean 'doodle fishes catch'?")));
  EXPECT_EQ(small.runs, 0);
}

TEST(CommandTreeTest, UnknownNounFarFromAnyListsThem) {
  SmallTree small;
  EXPECT_THAT(small.Run({"xylophone"}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("there are: fishes")));
}

TEST(CommandTreeTest, NounAloneNamesItsVerbs) {
  SmallTree small;
  EXPECT_THAT(small.Run({"fishes"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("doodle fishes: needs a command: catch")));
}

TEST(CommandTreeTest, MissingArgumentPointsToTheHelp) {
  SmallTree small;
  EXPECT_THAT(small.Run({"fishes", "catch"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("See `doodle fishes catch -h`.")));
}

TEST(CommandTreeTest, UnknownOptionAndWordWhereANumberBelongs) {
  SmallTree small;
  EXPECT_THAT(small.Run({"fishes", "catch", "cod", "--frob"}),
              StatusIs(absl::StatusCode::kInvalidArgument, "unknown option --frob\nSee `doodle fishes catch -h`."));
  SmallTree near;
  EXPECT_THAT(
      near.Run({"fishes", "catch", "cod", "--cuont", "3"}),
      StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("unknown option --cuont; did you mean --count?")));
  SmallTree many;
  EXPECT_THAT(many.Run({"fishes", "catch", "cod", "eel"}),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("unexpected argument \"eel\"")));
  SmallTree other;
  EXPECT_THAT(other.Run({"fishes", "catch", "cod", "-n", "many"}),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("--count: \"many\" is not a whole number")));
}

// Help leads with the example, for the command that was asked.
TEST(CommandTreeTest, HelpLeadsWithTheExample) {
  SmallTree small;
  ASSERT_THAT(small.Run({"fish", "catch", "-h"}), IsOk());
  EXPECT_THAT(small.help, StartsWith("Example:\n  doodle fishes catch cod\n  doodle fishes catch eel\n\nCatches.\n"));
  EXPECT_THAT(small.help, HasSubstr("--coordinator HOST:PORT"));
  EXPECT_EQ(small.runs, 0);
}

}  // namespace
}  // namespace doodle
