#include "tests/simulation/witness.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace doodle {

void Witness::Violation(std::string what) { violations_.push_back(std::move(what)); }

History Witness::history() const {
  History history = {{0, 0}};
  for (const auto& [number, row] : generations_) {
    if (row.formed) history.push_back({number, row.start_step});
  }
  return history;
}

void Witness::Durable(const LedgerBatch& batch, const std::vector<Held>& held) {
  for (const LedgerWrite& write : batch) {
    if (const auto* row = std::get_if<GenerationRow>(&write)) Generation(*row, held);
    if (const auto* row = std::get_if<CheckpointRow>(&write)) Checkpoint(*row);
    if (const auto* row = std::get_if<CheckpointDelete>(&write)) checkpoints_.erase(row->name);
  }
}

void Witness::Generation(const GenerationRow& row, const std::vector<Held>& held) {
  const auto known = generations_.find(row.generation);
  if (known == generations_.end()) {
    if (!generations_.empty() && row.generation <= generations_.rbegin()->first) {
      Violation(absl::StrCat("generation ", row.generation, " after ", generations_.rbegin()->first));
    }
    for (const auto& [number, before] : generations_) {
      if (before.end_us == 0) Violation(absl::StrCat("generation ", row.generation, " while ", number, " goes on"));
    }
  }
  const bool formed_now = row.formed && (known == generations_.end() || !known->second.formed);
  generations_[row.generation] = row;
  if (formed_now) Formed(row, held);
}

void Witness::Formed(const GenerationRow& row, const std::vector<Held>& held) {
  if (row.generation != generations_.rbegin()->first)
    Violation(absl::StrCat("stale generation ", row.generation, " formed"));
  if (row.start_step > kSimulatedSteps) Violation(absl::StrCat("formed at step ", row.start_step));
  const std::string problem = HistoryProblem(history());
  if (!problem.empty()) Violation(absl::StrCat("generation ", row.generation, ": ", problem));
  History before = history();
  before.pop_back();
  for (const Held& one : held) {
    if (one.model == nullptr || !OnTheLine(before, one.model->tag)) continue;
    if (one.model->tag.next_step > row.start_step) {
      Violation(absl::StrCat("generation ", row.generation, " starts at ", row.start_step, " although trainer ",
                             one.trainer, " is at ", one.model->tag.next_step));
    }
  }
}

void Witness::Checkpoint(const CheckpointRow& row) {
  if (!checkpoints_.contains(row.name) && !OnTheLine(history(), row.tag)) {
    Violation(absl::StrCat("checkpoint ", row.name, " is registered and not on the line"));
  }
  checkpoints_[row.name] = row;
}

void Witness::Assigned(const v1::Assignment& assignment) {
  const uint64_t generation = assignment.generation();
  const auto known = generations_.find(generation);
  if (known == generations_.end()) {
    Violation(absl::StrCat("assignment of generation ", generation, ", which is not durable"));
    return;
  }
  const std::string what = absl::StrCat(assignment.world_size(), " ", assignment.rendezvous_prefix());
  if (members_.emplace(generation, what).first->second != what) {
    Violation(absl::StrCat("generation ", generation, " is used twice"));
  }
}

void Witness::Committed(uint64_t generation, const SimulatedModel& before, const SimulatedModel& after) {
  const std::string who = absl::StrCat("commit of step ", before.tag.next_step, " in generation ", generation, ": ");
  const auto row = generations_.find(generation);
  if (row == generations_.end() || !row->second.formed) Violation(who + "before Formed is durable");
  for (const auto& [number, later] : generations_) {
    if (number > generation && later.formed) Violation(absl::StrCat(who, "generation ", number, " has formed"));
  }
  if (!OnTheLine(history(), before.tag)) Violation(who + "the state before it is not on the line");
  const uint64_t step = after.tag.next_step;
  if (step != before.tag.next_step + 1 || step > kSimulatedSteps) {
    Violation(absl::StrCat(who, "leads to step ", step));
    return;
  }
  furthest_step_ = std::max(furthest_step_, step);
  const SimulatedModel& expected = UndisturbedModel(step);
  if (after.uses != expected.uses) Violation(who + "samples are missing or used twice");
  if (after.weights != expected.weights) Violation(who + "the weights are not those of the undisturbed run");
}

}  // namespace doodle
