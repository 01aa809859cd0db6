// doodle-bench-plan --samples 49707579 [--ranks 2 | --seeks 2000 --lanes-per-rank 1]
// Without --seeks: walks one epoch of a plan, each rank its share on a thread of its own, and checks that each drawing
// is used once. With it: jumps to steps anywhere in a stage of 64 epochs and takes the first batch of a rank. Prints
// one JSON line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <vector>

#include "common/plan/keyed_shuffle.h"
#include "common/plan/lanes.h"
#include "common/plan/rank_cursor.h"
#include "common/plan/stage_plan.h"
#include "common/thread/thread.h"
#include "common/time/clock.h"

namespace doodle {
namespace {

constexpr uint32_t kShardDrawings = 65536;

struct Options {
  uint64_t samples = 49'707'579;  // All of Quick, Draw!
  uint64_t global_batch = 1024;
  uint64_t seed = 1;
  uint64_t seeks = 0;
  uint32_t lanes_per_rank = 1;
  uint32_t ranks = 1;
};

std::vector<uint32_t> ShardSizes(uint64_t samples) {
  std::vector<uint32_t> sizes(samples / kShardDrawings, kShardDrawings);
  if (samples % kShardDrawings != 0) sizes.push_back(static_cast<uint32_t>(samples % kShardDrawings));
  return sizes;
}

PlanSpec SpecOf(const Options& options, uint64_t epochs) {
  PlanSpec spec;
  spec.seed = options.seed;
  spec.samples = options.samples;
  spec.epochs = epochs;
  spec.global_batch = options.global_batch;
  spec.lanes = DefaultLanes(options.global_batch);
  spec.dataset_digest = "dataset";
  spec.view_digest = "view";
  return spec;
}

// Walks a rank's share of the one epoch of a plan, step by step. `use` takes the index of a drawing.
template <typename Use>
void Walk(const StagePlan& plan, uint32_t first_lane, uint32_t end_lane, Use use) {
  RankCursor rank(plan, first_lane, end_lane, 0);
  for (auto places = rank.NextPlaces(); !places.empty(); places = rank.NextPlaces()) {
    for (const SamplePlace& place : places) use(place.shard * kShardDrawings + place.position);
  }
}

bool IsPermutation(const StagePlan& plan) {
  std::vector<bool> used(plan.spec().samples);
  uint64_t fresh = 0;
  Walk(plan, 0, plan.spec().lanes, [&](uint32_t index) {
    if (index >= used.size() || used[index]) return;
    used[index] = true;
    ++fresh;
  });
  return fresh == used.size();
}

struct Walked {
  uint64_t count = 0;
  uint64_t sum = 0;  // Of the drawings' indices.
};

Walked WalkAlone(const StagePlan& plan, uint32_t first_lane, uint32_t end_lane) {
  Walked walked;
  Walk(plan, first_lane, end_lane, [&](uint32_t index) {
    ++walked.count;
    walked.sum += index;
  });
  return walked;
}

// Equal shares of the lanes, a thread each.
Walked WalkTogether(const StagePlan& plan, uint32_t ranks) {
  const std::vector<uint32_t> lanes =
      LaneBoundaries(plan.spec().lanes, plan.spec().global_batch, std::vector<double>(ranks, 1));
  std::vector<Walked> walked(ranks);
  std::vector<NamedThread> threads;
  for (uint32_t rank = 1; rank < ranks; ++rank) {
    threads.emplace_back("rank", [&, rank] { walked[rank] = WalkAlone(plan, lanes[rank], lanes[rank + 1]); });
  }
  walked[0] = WalkAlone(plan, lanes[0], lanes[1]);
  for (NamedThread& thread : threads) thread.Join();
  Walked all;
  for (const Walked& one : walked) all = {all.count + one.count, all.sum + one.sum};
  return all;
}

// From the specification to the last step. The list that the peer needs is nowhere stored here, so that only its sum
// leaves the timed walk; a second walk checks it.
int WalkEpoch(const Options& options, const Clock& clock) {
  const absl::Duration start = clock.SteadyNow();
  const absl::StatusOr<StagePlan> plan = StagePlan::Create(SpecOf(options, 1), ShardSizes(options.samples));
  if (!plan.ok() || !CheckRanks(plan->spec().global_batch, plan->spec().lanes, options.ranks).ok()) {
    std::cerr << "doodle-bench-plan: no such plan: " << plan.status().message() << std::endl;
    return 1;
  }
  const Walked walked = WalkTogether(*plan, options.ranks);
  const double seconds = absl::ToDoubleSeconds(clock.SteadyNow() - start);
  const uint64_t count = options.samples;
  if (walked.count != count || walked.sum != count * (count - 1) / 2 || !IsPermutation(*plan)) {
    std::cerr << "doodle-bench-plan: the epoch does not hold each drawing once" << std::endl;
    return 1;
  }
  std::cout << "{\"samples\": " << count << ", \"seconds\": " << seconds << "}" << std::endl;
  return 0;
}

// Each jump goes to another epoch: nothing is left of the one before.
int Seek(const Options& options, const Clock& clock) {
  constexpr uint64_t kEpochs = 64;
  const absl::StatusOr<StagePlan> plan = StagePlan::Create(SpecOf(options, kEpochs), ShardSizes(options.samples));
  if (!plan.ok() || options.lanes_per_rank == 0 || options.lanes_per_rank > plan->spec().lanes) {
    std::cerr << "doodle-bench-plan: no such plan or rank" << std::endl;
    return 1;
  }
  std::vector<double> microseconds;
  uint64_t drawings = 0;
  for (uint64_t i = 0; i < options.seeks; ++i) {
    const uint64_t step =
        DrawBelow(options.seed, i, plan->steps() / kEpochs - 1) + i % kEpochs * (plan->steps() / kEpochs);
    const auto lane =
        static_cast<uint32_t>(DrawBelow(options.seed + 1, i, plan->spec().lanes - options.lanes_per_rank + 1));
    const absl::Duration start = clock.SteadyNow();
    RankCursor rank(*plan, lane, lane + options.lanes_per_rank, step);
    drawings += rank.NextStep().size();
    microseconds.push_back(absl::ToDoubleMicroseconds(clock.SteadyNow() - start));
  }
  std::sort(microseconds.begin(), microseconds.end());
  std::cout << "{\"seeks\": " << options.seeks << ", \"drawings\": " << drawings
            << ", \"median_us\": " << microseconds[microseconds.size() / 2]
            << ", \"p99_us\": " << microseconds[microseconds.size() * 99 / 100] << "}" << std::endl;
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app("The time that doodle's epoch plan takes.", "doodle-bench-plan");
  Options options;
  app.add_option("--samples", options.samples)->check(CLI::Range(uint64_t{1}, uint64_t{UINT32_MAX}));
  app.add_option("--global-batch", options.global_batch)->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed);
  app.add_option("--seeks", options.seeks, "jumps instead of an epoch");
  app.add_option("--lanes-per-rank", options.lanes_per_rank);
  app.add_option("--ranks", options.ranks)->check(CLI::Range(1, 64));
  CLI11_PARSE(app, argc, argv);
  return options.seeks == 0 ? WalkEpoch(options, RealClock()) : Seek(options, RealClock());
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) { return doodle::Main(argc, argv); }
