// Whether the order is random enough, at full size: 1,000,000 drawings, global batch 1,024, 256 lanes.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "common/ids/hash64.h"
#include "common/plan/rank_cursor.h"
#include "common/plan/stage_plan.h"
#include "tests/unit/common/plan/random_plans.h"

namespace doodle {
namespace {

constexpr uint64_t kSamples = 1000000;
constexpr uint64_t kBatch = 1024;
constexpr int kSeeds = 64;

// Slot (within its epoch) of every drawing, by position in the files, for epochs 0 and 1.
struct TwoEpochs {
  std::vector<uint32_t> slot[2];
};

TwoEpochs WalkTwoEpochs(uint64_t seed) {
  const std::vector<uint32_t> sizes = EvenShards(kSamples);
  const FileOrder file(sizes);
  const StagePlan plan = StagePlan::Create(SpecFor(kSamples, 2, kBatch, seed), sizes).value();
  EXPECT_EQ(plan.spec().lanes, 256u);
  TwoEpochs epochs{{std::vector<uint32_t>(kSamples), std::vector<uint32_t>(kSamples)}};
  for (uint32_t lane = 0; lane < plan.spec().lanes; ++lane) {
    LaneCursor cursor = plan.OpenLane(lane, 0);
    for (auto sample = cursor.Next(); sample.has_value(); sample = cursor.Next()) {
      epochs.slot[sample->epoch][file.Of(*sample)] = static_cast<uint32_t>(sample->slot % kSamples);
    }
  }
  return epochs;
}

// Spearman's rank correlation of two permutations of 0 .. n-1; `at(i)` gives the pair of item i.
template <typename At>
double RankCorrelation(At at) {
  const double mean = (kSamples - 1) / 2.0;
  double sum = 0;
  for (uint64_t i = 0; i < kSamples; ++i) {
    const auto [a, b] = at(i);
    sum += (static_cast<double>(a) - mean) * (static_cast<double>(b) - mean);
  }
  const double n = kSamples;
  return sum / (n * (n * n - 1) / 12);
}

// About 1,000 runs move as units, so a single pair scatters by 0.02 to 0.03; a bias would show in the mean.
TEST(Order, EpochsFollowNeitherEachOtherNorTheFiles) {
  double between_epochs = 0;
  double with_file = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const TwoEpochs epochs = WalkTwoEpochs(seed);
    const auto& slot = epochs.slot;
    const double epoch = RankCorrelation([&](uint64_t i) { return std::pair(slot[0][i], slot[1][i]); });
    const double file = RankCorrelation([&](uint64_t i) { return std::pair(static_cast<uint32_t>(i), slot[0][i]); });
    EXPECT_LT(std::abs(epoch), 0.1) << "seed " << seed;
    EXPECT_LT(std::abs(file), 0.1) << "seed " << seed;
    between_epochs += epoch / kSeeds;
    with_file += file / kSeeds;
  }
  EXPECT_LT(std::abs(between_epochs), 0.01);
  EXPECT_LT(std::abs(with_file), 0.01);
}

// Upper tail of chi-square with many degrees of freedom (Wilson and Hilferty 1931).
double ChiSquareTail(double chi_square, double degrees) {
  const double spread = 2 / (9 * degrees);
  const double z = (std::cbrt(chi_square / degrees) - (1 - spread)) / std::sqrt(spread);
  return std::erfc(z / std::sqrt(2.0)) / 2;
}

// p of the class counts of all batches of the epoch, pooled; `label_of` gives the class of a drawing by file position.
template <typename LabelOf>
double BatchClassesP(const std::vector<uint32_t>& slot, int classes, LabelOf label_of) {
  const uint64_t batches = kSamples / kBatch;
  std::vector<double> counts(batches * classes, 0);
  std::vector<double> total(classes, 0);
  for (uint64_t i = 0; i < kSamples; ++i) {
    const int label = label_of(i);
    ++total[label];
    if (slot[i] / kBatch < batches) ++counts[slot[i] / kBatch * classes + label];
  }
  double chi_square = 0;
  for (size_t cell = 0; cell < counts.size(); ++cell) {
    const double expected = total[cell % classes] * kBatch / kSamples;
    chi_square += (counts[cell] - expected) * (counts[cell] - expected) / expected;
  }
  return ChiSquareTail(chi_square, static_cast<double>(batches * (classes - 1)));
}

// Files are sorted by key hash, hence mixed by class; batches must stay so, with common and rare classes alike.
TEST(Order, BatchesMixTheClassesAsChanceWould) {
  const TwoEpochs epochs = WalkTwoEpochs(7);
  const auto skewed = [](uint64_t i) {
    const uint64_t draw = Mix64(i) % 100;
    return draw < 40 ? 0 : draw < 60 ? 1 : draw < 75 ? 2 : draw < 85 ? 3 : 4 + static_cast<int>(draw % 6);
  };
  for (const auto& slot : epochs.slot) {
    EXPECT_GT(BatchClassesP(slot, 10, skewed), 1e-4);
    EXPECT_GT(BatchClassesP(slot, 340, [](uint64_t i) { return static_cast<int>(Mix64(i) % 340); }), 1e-4);
  }
}

// The statistic must be able to fail: classes that come in stretches of the file are not mixed by runs of 1,024.
TEST(Order, TheClassStatisticSeesAnUnmixedFile) {
  const TwoEpochs epochs = WalkTwoEpochs(7);
  const auto stretches = [](uint64_t i) { return static_cast<int>(Mix64(i / 500) % 10); };
  EXPECT_LT(BatchClassesP(epochs.slot[0], 10, stretches), 1e-4);
}

// Pairs that share a batch in both epochs, as a share of what two random orders would have.
double PairRepeatRate(const TwoEpochs& epochs) {
  const uint64_t batches = kSamples / kBatch + 1;
  std::vector<uint32_t> counts(batches * batches, 0);
  for (uint64_t i = 0; i < kSamples; ++i) {
    ++counts[epochs.slot[0][i] / kBatch * batches + epochs.slot[1][i] / kBatch];
  }
  double repeated = 0;
  for (uint32_t count : counts) repeated += count * (count - 1.0) / 2;
  constexpr uint64_t kFullBatches = kSamples / kBatch;
  const auto full = static_cast<double>(kFullBatches);
  const double rest = kSamples % kBatch;
  const double together = full * kBatch * (kBatch - 1) / 2 + rest * (rest - 1) / 2;
  const double pairs = kSamples * (kSamples - 1.0) / 2;
  return repeated / (together * together / pairs);
}

TEST(Order, EachEpochGivesADrawingFreshCompany) {
  for (uint64_t seed : {3, 4, 5, 6}) {
    EXPECT_NEAR(PairRepeatRate(WalkTwoEpochs(seed)), 1, 0.05) << "seed " << seed;
  }
}

}  // namespace
}  // namespace doodle
