#include "common/audit/sample_audit.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

constexpr size_t kMostProblems = 20;

}  // namespace

SampleAudit::SampleAudit(std::vector<AuditStage> stages) : stages_(std::move(stages)) {}

void SampleAudit::Problem(uint64_t step, const SampleUse& use, const std::string& what) {
  if (report_.problems.size() >= kMostProblems) return;
  report_.problems.push_back(
      absl::StrCat("step ", step, " lane ", use.lane, " epoch ", use.epoch, " key ", use.key_id, ": ", what));
}

// The stage of `step`, ready to be walked from there.
const AuditStage& SampleAudit::Enter(uint64_t step) {
  size_t index = stage_;
  while (index + 1 < stages_.size() && step >= stages_[index + 1].first_step) ++index;
  const AuditStage& stage = stages_[index];
  const uint64_t local = step - stage.first_step;
  if (index != stage_ || sorted_.empty()) {
    stage_ = index;
    open_.clear();
    sorted_.clear();
    for (const std::vector<uint64_t>& keys : stage.keys) sorted_.insert(sorted_.end(), keys.begin(), keys.end());
    std::sort(sorted_.begin(), sorted_.end());
    cursor_.reset();
  }
  if (!cursor_ || cursor_->next_step() != local) {
    cursor_ = std::make_unique<RankCursor>(stage.plan, 0, stage.plan.spec().lanes, local);
  }
  return stage;
}

std::vector<SampleUse> SampleAudit::Expected() {
  std::vector<SampleUse> expected;
  for (const PlannedSample& sample : cursor_->NextStep()) {
    expected.push_back({sample.lane, sample.epoch, stages_[stage_].keys[sample.shard][sample.position]});
  }
  return expected;
}

void SampleAudit::Step(uint64_t step, std::vector<SampleUse> uses) {
  const AuditStage& stage = Enter(step);
  std::vector<SampleUse> expected = Expected();
  std::sort(expected.begin(), expected.end());
  std::sort(uses.begin(), uses.end());
  ++report_.steps;
  report_.samples += uses.size();
  named_.clear();
  Compare(step, expected, uses);
  for (const SampleUse& use : uses) Mark(step, use);
  CompleteEpochs(stage, step - stage.first_step + 1);
}

void SampleAudit::Compare(uint64_t step, const std::vector<SampleUse>& expected, const std::vector<SampleUse>& uses) {
  std::vector<SampleUse> left;
  std::vector<SampleUse> extra;
  std::set_difference(expected.begin(), expected.end(), uses.begin(), uses.end(), std::back_inserter(left));
  std::set_difference(uses.begin(), uses.end(), expected.begin(), expected.end(), std::back_inserter(extra));
  std::vector<SampleUse> strange;
  for (const SampleUse& use : extra) {
    if (!std::binary_search(expected.begin(), expected.end(), use)) {
      strange.push_back(use);
      continue;
    }
    ++report_.duplicate;
    named_.push_back(use.key_id);
    Problem(step, use, "used more than once in the step");
  }
  Misplaced(step, left, strange);
  for (const SampleUse& use : left) {
    ++report_.missing;
    ++open_[use.epoch].missing;
    Problem(step, use, "missing");
  }
}

// `extra` are no uses of the plan. One whose drawing is due in this step at another place takes it out of `left`.
void SampleAudit::Misplaced(uint64_t step, std::vector<SampleUse>& left, const std::vector<SampleUse>& extra) {
  for (const SampleUse& use : extra) {
    const auto due =
        std::find_if(left.begin(), left.end(), [&](const SampleUse& one) { return one.key_id == use.key_id; });
    ++report_.unexpected;
    named_.push_back(use.key_id);
    if (due == left.end()) {
      Problem(step, use, "not planned in this step");
      continue;
    }
    Problem(step, use, absl::StrCat("planned in lane ", due->lane, " of epoch ", due->epoch));
    if (due->epoch != use.epoch) ++open_[due->epoch].missing;
    left.erase(due);
  }
}

void SampleAudit::Mark(uint64_t step, const SampleUse& use) {
  const auto place = std::lower_bound(sorted_.begin(), sorted_.end(), use.key_id);
  if (place == sorted_.end() || *place != use.key_id) return;  // Named as unexpected.
  Epoch& epoch = open_[use.epoch];
  epoch.used.resize(sorted_.size());
  const auto ordinal = static_cast<size_t>(place - sorted_.begin());
  if (!epoch.used[ordinal]) {
    epoch.used[ordinal] = true;
    ++epoch.count;
  } else if (std::find(named_.begin(), named_.end(), use.key_id) == named_.end()) {
    ++report_.duplicate;
    Problem(step, use, "used before in this epoch");
  }
}

void SampleAudit::CompleteEpochs(const AuditStage& stage, uint64_t steps) {
  while (!open_.empty() && stage.plan.StepsToComplete(open_.begin()->first + 1) <= steps) {
    const auto& [number, epoch] = *open_.begin();
    if (number >= stage.plan.spec().epochs) return;  // No epoch of the stage; named as unexpected.
    if (epoch.count + epoch.missing < sorted_.size()) {
      const uint64_t never = sorted_.size() - epoch.count - epoch.missing;
      report_.missing += never;
      if (report_.problems.size() < kMostProblems) {
        report_.problems.push_back(absl::StrCat("epoch ", number, ": ", never, " drawings of the view were not used"));
      }
    }
    ++report_.epochs;
    open_.erase(open_.begin());
  }
}

}  // namespace doodle
