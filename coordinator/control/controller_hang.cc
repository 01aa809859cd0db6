// From heartbeats to the verdict that a gang hangs, and the end of the trainer that the others wait for.
#include <utility>
#include <vector>

#include "common/log/log.h"
#include "coordinator/control/controller.h"

namespace doodle {

void Controller::Hear(const std::string& worker, const v1::RunningTrainer& trainer) {
  const auto found = jobs_.find(trainer.job());
  if (found == jobs_.end() || !trainer.has_activity()) return;
  JobEntry& entry = *found->second;
  const v1::TrainerActivity& activity = trainer.activity();
  if (!entry.gang.IsCurrent(activity.generation(), trainer.rank()) ||
      entry.gang.members()[trainer.rank()] != SlotId{worker, trainer.slot()}) {
    return;
  }
  const absl::Duration now = ports_.clock.SteadyNow();
  JobEntry::Heard& heard = entry.heard.try_emplace(trainer.rank(), JobEntry::Heard{activity, now, now}).first->second;
  const bool same = heard.activity.sequence() == activity.sequence() && heard.activity.steps() == activity.steps() &&
                    heard.activity.phase() == activity.phase();
  heard.activity = activity;
  heard.heard = now;
  if (!same) heard.changed = now;
}

void Controller::EndHang(JobEntry& entry) {
  if (entry.gang.phase() != GangPhase::kRunning || entry.heard.empty()) return;
  std::vector<RankActivity> ranks;
  for (const auto& [rank, heard] : entry.heard) {
    if (entry.gang.finished().contains(rank)) continue;
    ranks.push_back({.rank = rank,
                     .sequence = heard.activity.sequence(),
                     .steps = heard.activity.steps(),
                     .phase = static_cast<RankPhase>(heard.activity.phase()),
                     .step_p99 = absl::Seconds(heard.activity.step_p99_seconds()),
                     .unchanged = heard.heard - heard.changed});
  }
  const size_t unfinished = entry.gang.members().size() - entry.gang.finished().size();
  const std::optional<HangVerdict> verdict = JudgeHang(ranks, unfinished, options_.hang_times);
  if (!verdict) return;
  LogError("the gang hangs",
           {{"job", entry.id()}, {"generation", entry.gang.generation()}, {"verdict", verdict->message}});
  const uint64_t generation = entry.gang.generation();
  if (verdict->rank) {
    // Its slot gets a new trainer once this one is gone.
    ReleaseTrainer(entry.gang.members()[*verdict->rank], entry.id(), generation, absl::ZeroDuration(),
                   verdict->message);
  }
  Apply(entry, entry.gang.Hung(generation, verdict->rank, verdict->message, ports_.clock.SteadyNow()));
}

}  // namespace doodle
