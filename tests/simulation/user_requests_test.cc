// What users ask of a job, in every state and at any moment of its faults.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/simulation.h"
#include "tests/testing/quiet_errors.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr v1::JobState kStates[] = {v1::JOB_STATE_QUEUED, v1::JOB_STATE_STARTING, v1::JOB_STATE_RUNNING,
                                    v1::JOB_STATE_RESCALING, v1::JOB_STATE_PAUSED};

// Brings the job to `state`, calls `action` there; RESCALING and PAUSED are reached from step 8.
void WhenIn(v1::JobState state, Simulation& simulation, std::function<void()> action) {
  if (state == v1::JOB_STATE_RESCALING || state == v1::JOB_STATE_PAUSED) {
    simulation.When([&] { return simulation.witness().furthest_step() >= 8; },
                    [&simulation, state] {
                      if (state == v1::JOB_STATE_PAUSED) return simulation.Ask(UserRequest::kPause);
                      simulation.KillRank(1);
                    });
  }
  simulation.When([&simulation, state] { return simulation.job().state() == state; }, std::move(action));
}

// The ranks agree on their last step, rank 0 writes it down, and not one step is trained twice.
TEST(UserRequestsTest, APausedJobGoesOnWhereItStopped) {
  const QuietErrors quiet;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    Simulation simulation({.seed = seed, .one_worker = seed % 2 == 0});
    uint64_t stopped_at = 0;
    simulation.When([&] { return simulation.witness().furthest_step() >= 8; },
                    [&] {
                      simulation.Ask(UserRequest::kPause);
                      simulation.After(absl::Seconds(5), [&] {
                        EXPECT_THAT(simulation.LiveTrainers(), IsEmpty()) << "seed " << seed;
                        EXPECT_EQ(simulation.job().state(), v1::JOB_STATE_PAUSED) << "seed " << seed;
                        stopped_at = simulation.witness().furthest_step();
                        simulation.Ask(UserRequest::kResume);
                      });
                    });
    simulation.Run();
    EXPECT_THAT(simulation.violations(), IsEmpty()) << "seed " << seed;
    EXPECT_THAT(simulation.answers(), ElementsAre(IsOk(), IsOk()));
    const v1::Job job = simulation.job();
    ASSERT_EQ(job.generations_size(), 2) << "seed " << seed;
    EXPECT_EQ(job.generations(1).start_step(), stopped_at) << "seed " << seed;
    EXPECT_EQ(job.failures(), 0u);
  }
}

TEST(UserRequestsTest, PausesInEveryStateAndSucceedsOnceResumed) {
  const QuietErrors quiet;
  for (const v1::JobState state : kStates) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      SCOPED_TRACE(testing::Message() << v1::JobState_Name(state) << ", seed " << seed);
      Simulation simulation({.seed = seed});
      bool resumed = false;
      WhenIn(state, simulation, [&] {
        simulation.Ask(UserRequest::kPause);
        // Past the grace of 30 s: who did not leave is killed.
        simulation.After(absl::Seconds(40), [&] {
          EXPECT_THAT(simulation.LiveTrainers(), IsEmpty());
          EXPECT_EQ(simulation.job().state(), v1::JOB_STATE_PAUSED);
          simulation.Ask(UserRequest::kResume);
          resumed = true;
        });
      });
      simulation.Run();
      EXPECT_TRUE(resumed);
      EXPECT_THAT(simulation.violations(), IsEmpty());
      for (const absl::Status& answer : simulation.answers()) EXPECT_THAT(answer, IsOk());
    }
  }
}

// Nothing goes on training, and no later request wakes it.
TEST(UserRequestsTest, CancelsInEveryStateForGood) {
  const QuietErrors quiet;
  for (const v1::JobState state : kStates) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      SCOPED_TRACE(testing::Message() << v1::JobState_Name(state) << ", seed " << seed);
      Simulation simulation({.seed = seed, .sqlite = seed == 1});
      WhenIn(state, simulation, [&] {
        for (const UserRequest request :
             {UserRequest::kCancel, UserRequest::kCancel, UserRequest::kPause, UserRequest::kResume}) {
          simulation.Ask(request);
        }
      });
      simulation.Run();
      EXPECT_THAT(simulation.violations(), IsEmpty());
      EXPECT_EQ(simulation.job().state(), v1::JOB_STATE_CANCELED);
      std::vector<absl::Status> answers = simulation.answers();
      if (state == v1::JOB_STATE_PAUSED) answers.erase(answers.begin());  // The pause that led there.
      const auto refused = StatusIs(absl::StatusCode::kFailedPrecondition);
      EXPECT_THAT(answers, ElementsAre(IsOk(), IsOk(), refused, refused));
    }
  }
}

// Pause, resume and sometimes cancel at moments that the seed chooses, among kills and a restart of the coordinator.
TEST(UserRequestsTest, RequestsAmongFaultsNeverBreakAnInvariant) {
  const QuietErrors quiet;
  for (uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    Simulation simulation({.seed = seed, .one_worker = seed % 3 == 0});
    Scheduler& scheduler = simulation.scheduler();
    const auto within = [&](absl::Duration time) { return absl::Milliseconds(1) + scheduler.RandomDelay(time); };
    const absl::Duration pause = within(absl::Milliseconds(600));
    simulation.After(pause, [&] { simulation.Ask(UserRequest::kPause); });
    simulation.After(pause + within(absl::Seconds(2)), [&] { simulation.Ask(UserRequest::kResume); });
    if (seed % 4 == 0) simulation.After(within(absl::Seconds(1)), [&] { simulation.Ask(UserRequest::kCancel); });
    simulation.After(within(absl::Milliseconds(700)), [&] { simulation.KillAnyTrainer(); });
    if (seed % 2 == 0) {
      const absl::Duration down = within(absl::Seconds(1));
      simulation.After(within(absl::Milliseconds(700)), [&simulation, down] { simulation.RestartCoordinator(down); });
    }
    simulation.Run();
    EXPECT_THAT(simulation.violations(), IsEmpty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace doodle
