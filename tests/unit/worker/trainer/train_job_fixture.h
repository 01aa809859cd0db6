// A small dataset, a job over it, and trainers as threads that run it against fake links.
#ifndef DOODLE_TESTS_UNIT_WORKER_TRAINER_TRAIN_JOB_FIXTURE_H_
#define DOODLE_TESTS_UNIT_WORKER_TRAINER_TRAIN_JOB_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/io/file_system.h"
#include "common/plan/open_view.h"
#include "common/spec/stage_resolution.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/worker/dataset/small_dataset.h"
#include "tests/unit/worker/trainer/fake_trainer_link.h"
#include "worker/trainer/train_job.h"

namespace doodle {

// 600 drawings to train on, 60 to evaluate with, global batch 64, two epochs: 18 steps.
class TrainJobFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(WriteSmallDataset(DatasetDirectory(), 60, 600), IsOk());
    StageSpec stage;
    stage.name = "all";
    stage.epochs = 2;
    stage.global_batch = 64;
    stage.raster.size = 16;
    stage.schedule.kind = ScheduleKind::kOneCycle;
    stage.schedule.max_lr = 5e-3;
    spec_.name = "j";
    spec_.model = "smallcnn";
    spec_.precision = Precision::kFp32;
    spec_.max_ranks = 2;
    spec_.stages = {stage};
  }
  std::string DatasetDirectory() const { return temporary_.File("data"); }
  std::string JobDirectory() const { return temporary_.File("job"); }

  // What the coordinator would assign: its own plans of the same dataset.
  TrainerAssignment Assignment(uint64_t generation, uint32_t rank, uint32_t world, History history = {{0, 0}}) {
    TrainerAssignment assignment;
    assignment.spec = spec_;
    assignment.job_directory = JobDirectory();
    assignment.dataset_directory = DatasetDirectory();
    assignment.gang.job = spec_.name;
    assignment.gang.generation = generation;
    assignment.gang.rank = rank;
    assignment.gang.world_size = world;
    assignment.gang.weights.assign(world, 1.0);
    assignment.gang.history = std::move(history);
    const auto dataset = DatasetReader::Open(LocalFileSystem(), DatasetDirectory());
    uint64_t first = 0;
    for (uint32_t i = 0; i < spec_.stages.size(); ++i) {
      const View view = *OpenView(spec_.stages[i].view, **dataset);
      const ResolvedStage resolved = *ResolveStage(spec_.stages[i], view.size(), spec_.max_ranks, first);
      StageRun run;
      run.plan = {spec_.seed,
                  i,
                  view.size(),
                  resolved.epochs,
                  resolved.global_batch,
                  resolved.lanes,
                  (*dataset)->manifest().digest,
                  view.digest()};
      run.plan_digest = StagePlan::Create(run.plan, view.ShardSizes())->Digest();
      run.first_step = first;
      run.steps = resolved.steps;
      first += resolved.steps;
      assignment.stages.push_back(run);
    }
    assignment.gang.total_steps = first;
    return assignment;
  }
  FakeTrainerLink& AddTrainer() {
    links_.push_back(std::make_unique<FakeTrainerLink>(rendezvous_));
    return *links_.back();
  }
  std::vector<absl::Status> RunAll() {
    std::vector<absl::Status> results(links_.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < links_.size(); ++i) {
      threads.emplace_back([&, i] { results[i] = TrainJob({}, *links_[i], files_, clock_); });
    }
    for (std::thread& thread : threads) thread.join();
    return results;
  }

  // What the trainers of a test get; must outlive it.
  TrainJobFixture(FileSystem& files, Clock& clock) : files_(files), clock_(clock) {}
  TrainJobFixture() : TrainJobFixture(LocalFileSystem(), RealClock()) {}

  FileSystem& files_;
  Clock& clock_;
  TemporaryDirectory temporary_;
  JobSpec spec_;
  FakeRendezvous rendezvous_;
  std::vector<std::unique_ptr<FakeTrainerLink>> links_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_TRAINER_TRAIN_JOB_FIXTURE_H_
