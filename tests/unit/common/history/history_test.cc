#include "common/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doodle {
namespace {

using ::testing::HasSubstr;

// Generations 1, 2, 4 and 5 formed (3 never did); 4 went back to step 150, which generation 2 had passed.
const History kHistory = {{0, 0}, {1, 0}, {2, 100}, {4, 150}, {5, 400}};

struct Situation {
  const char* what;
  StateTag tag;
  bool on_the_line;
};

class OnTheLineTest : public ::testing::TestWithParam<Situation> {};

TEST_P(OnTheLineTest, JudgesTheState) {
  const Situation& situation = GetParam();
  EXPECT_EQ(OnTheLine(kHistory, situation.tag), situation.on_the_line) << situation.what;
}

INSTANTIATE_TEST_SUITE_P(
    Situations, OnTheLineTest,
    ::testing::Values(
        Situation{"a fresh state is part of every history", {0, 0}, true},
        Situation{"a fresh state has no steps behind it", {0, 1}, false},
        Situation{"generation 1 in its own stretch", {1, 60}, true},
        Situation{"generation 1 where it began", {1, 0}, true},
        Situation{"generation 1 where generation 2 took over", {1, 100}, true},
        Situation{"generation 1 one step past generation 2's start: a step that was not adopted", {1, 101}, false},
        Situation{"generation 2 before it began: never existed", {2, 99}, false},
        Situation{"generation 2 up to where the job went back", {2, 150}, true},
        Situation{"generation 2 beyond where the job went back, though below generation 5's start", {2, 151}, false},
        Situation{"generation 3 never formed", {3, 120}, false}, Situation{"generation 4 at its start", {4, 150}, true},
        Situation{"generation 4 where generation 5 took over", {4, 400}, true},
        Situation{"generation 4 past generation 5's start", {4, 401}, false},
        Situation{"the last generation has no end", {5, 1000000}, true},
        Situation{"the last generation before its start", {5, 399}, false},
        Situation{"a generation of the future", {6, 400}, false}));

// A state must not run ahead of any later segment, not only of the next one.
TEST(OnTheLine, ALaterRollbackCutsOffEveryEarlierGeneration) {
  const History history = {{0, 0}, {1, 0}, {2, 100}, {3, 50}};
  EXPECT_TRUE(OnTheLine(history, {1, 50}));
  EXPECT_FALSE(OnTheLine(history, {1, 80}));
  EXPECT_FALSE(OnTheLine(history, {2, 100}));
}

TEST(OnTheLine, NothingIsPartOfAnEmptyHistory) { EXPECT_FALSE(OnTheLine({}, {0, 0})); }

TEST(OnTheLine, AfterARestartFromTheSeedOnlyFreshStatesRemainOfTheEarlierGenerations) {
  const History history = {{0, 0}, {1, 0}, {2, 0}};
  EXPECT_TRUE(OnTheLine(history, {0, 0}));
  EXPECT_TRUE(OnTheLine(history, {1, 0}));
  EXPECT_FALSE(OnTheLine(history, {1, 1}));
  EXPECT_TRUE(OnTheLine(history, {2, 1}));
}

TEST(HistoryProblem, AcceptsSurvivalRestoreAndRollback) {
  EXPECT_EQ(HistoryProblem(History{{0, 0}}), "");
  EXPECT_EQ(HistoryProblem(History{{0, 0}, {1, 0}}), "");
  EXPECT_EQ(HistoryProblem(History{{0, 0}, {3, 0}}), "") << "generations 1 and 2 never formed";
  EXPECT_EQ(HistoryProblem(kHistory), "");
  EXPECT_EQ(HistoryProblem(History{{0, 0}, {1, 0}, {2, 100}, {3, 0}}), "") << "back to the seed";
  EXPECT_EQ(HistoryProblem(History{{0, 0}, {1, 0}, {2, 100}, {3, 30}, {4, 60}}), "");
  EXPECT_EQ(HistoryProblem(History{{0, 0}, {1, 0}, {2, 0}}), "") << "lost before the first commit";
}

TEST(HistoryProblem, NamesWhatIsWrong) {
  EXPECT_THAT(HistoryProblem(History{}), HasSubstr("opening segment"));
  EXPECT_THAT(HistoryProblem(History{{1, 0}}), HasSubstr("opens with (0, 0)"));
  EXPECT_THAT(HistoryProblem(History{{0, 5}}), HasSubstr("opens with (0, 0)"));
  EXPECT_THAT(HistoryProblem(History{{0, 0}, {2, 0}, {2, 5}}), HasSubstr("generation 2 follows 2"));
  EXPECT_THAT(HistoryProblem(History{{0, 0}, {2, 0}, {1, 5}}), HasSubstr("generation 1 follows 2"));
  EXPECT_THAT(HistoryProblem(History{{0, 0}, {0, 0}}), HasSubstr("generation 0 follows 0"));
}

TEST(HistoryProblem, TheFirstFormedGenerationCannotStartPastTheBeginning) {
  EXPECT_THAT(HistoryProblem(History{{0, 0}, {1, 10}}), HasSubstr("generation 1 starts at step 10"));
}

// Whoever leads a generation is on the line, so appending its start keeps the history sound.
TEST(HistoryProblem, ALeaderOnTheLineMakesASoundSegment) {
  for (uint64_t generation = 1; generation <= 5; ++generation) {
    for (uint64_t step = 0; step <= 500; step += 10) {
      if (!OnTheLine(kHistory, {generation, step})) continue;
      History next = kHistory;
      next.push_back({6, step});
      EXPECT_EQ(HistoryProblem(next), "") << "generation " << generation << " at step " << step;
    }
  }
}

}  // namespace
}  // namespace doodle
