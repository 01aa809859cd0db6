#include "tests/simulation/simulated_model.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/ids/hash64.h"

namespace doodle {
namespace {

constexpr std::array<uint32_t, 3> kShardSizes = {40, 33, 27};
constexpr uint32_t kSamples = 100;

uint32_t SampleNumber(const PlannedSample& sample) {
  uint32_t number = sample.position;
  for (uint32_t shard = 0; shard < sample.shard; ++shard) number += kShardSizes[shard];
  return number;
}

std::vector<uint64_t> Numbers(absl::string_view text) {
  std::vector<uint64_t> numbers;
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipWhitespace())) {
    numbers.push_back(0);
    if (!absl::SimpleAtoi(word, &numbers.back())) return {};
  }
  return numbers;
}

}  // namespace

StagePlan SimulatedPlan() {
  PlanSpec spec;
  spec.seed = 7;
  spec.samples = kSamples;
  spec.epochs = 2;
  spec.global_batch = 10;
  spec.lanes = DefaultLanes(spec.global_batch);
  spec.dataset_digest = "dataset";
  spec.view_digest = "view";
  return *StagePlan::Create(spec, {kShardSizes.begin(), kShardSizes.end()});
}

SimulatedModel SimulatedModel::FromSeed() {
  SimulatedModel model;
  model.weights = Mix64(7);
  model.uses.assign(kSamples, 0);
  return model;
}

void SimulatedModel::Train(const std::vector<PlannedSample>& samples) {
  for (const PlannedSample& sample : samples) {
    weights = HashCombine(weights, sample.slot);
    ++uses[SampleNumber(sample)];
  }
}

StateDigest SimulatedModel::Digest() const {
  uint64_t hash = weights;
  for (uint32_t count : uses) hash = HashCombine(hash, count);
  return {absl::StrCat(absl::Hex(hash)), absl::StrCat(absl::Hex(Mix64(hash)))};
}

std::string SimulatedModel::ToText() const {
  return absl::StrCat(tag.generation, " ", tag.next_step, " ", weights, " ", absl::StrJoin(uses, " "));
}

SimulatedModel SimulatedModel::FromText(absl::string_view text) {
  SimulatedModel model = FromSeed();
  const std::vector<uint64_t> numbers = Numbers(text);
  if (numbers.size() != 3 + kSamples) return model;
  model.tag = {numbers[0], numbers[1]};
  model.weights = numbers[2];
  for (uint32_t i = 0; i < kSamples; ++i) model.uses[i] = static_cast<uint32_t>(numbers[3 + i]);
  return model;
}

const SimulatedModel& UndisturbedModel(uint64_t steps) {
  static const auto& models = *[] {
    auto* all = new std::vector<SimulatedModel>{SimulatedModel::FromSeed()};
    const StagePlan plan = SimulatedPlan();
    for (uint64_t step = 0; step < kSimulatedSteps; ++step) {
      SimulatedModel next = all->back();
      next.Train(plan.Step(step));
      next.tag.next_step = step + 1;
      all->push_back(std::move(next));
    }
    return all;
  }();
  return models[steps];
}

std::string SamplesToText(const std::vector<PlannedSample>& samples) {
  return absl::StrJoin(samples, ",", [](std::string* out, const PlannedSample& sample) {
    absl::StrAppend(out, sample.slot, " ", sample.shard, " ", sample.position);
  });
}

std::vector<PlannedSample> SamplesFromTexts(const std::vector<std::string>& texts) {
  std::vector<PlannedSample> samples;
  for (const std::string& text : texts) {
    for (absl::string_view one : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
      const std::vector<uint64_t> numbers = Numbers(one);
      PlannedSample sample;
      sample.slot = numbers.at(0);
      sample.shard = static_cast<uint32_t>(numbers.at(1));
      sample.position = static_cast<uint32_t>(numbers.at(2));
      samples.push_back(sample);
    }
  }
  std::sort(samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
  return samples;
}

}  // namespace doodle
