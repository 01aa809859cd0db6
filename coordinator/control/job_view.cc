// A job as the API shows it.
#include <algorithm>

#include "coordinator/control/job_entry.h"

namespace doodle {
namespace {

void AddGenerations(const JobEntry& entry, v1::Job& job) {
  for (const GenerationRow& row : entry.generations) {
    v1::GenerationRecord* record = job.add_generations();
    record->set_generation(row.generation);
    record->set_reason(row.reason);
    SetTimestamp(row.create_us, record->mutable_create_time());
    if (row.form_us != 0) SetTimestamp(row.form_us, record->mutable_form_time());
    if (row.end_us != 0) SetTimestamp(row.end_us, record->mutable_end_time());
    record->set_formed(row.formed);
    record->set_start_step(row.start_step);
    record->set_leader_rank(row.leader_rank);
    record->set_restored_from(row.restored_from);
    record->set_end_reason(row.end_reason);
    const auto members = entry.members.find(row.generation);
    if (members == entry.members.end()) continue;
    for (const MemberRow& member : members->second) {
      v1::GenerationMember* shown = record->add_members();
      shown->set_rank(member.rank);
      shown->set_worker_id(member.worker);
      shown->set_slot(member.slot);
    }
  }
}

// Samples and steps as last reported; a finished rank's own final numbers and digests.
void AddRanks(const JobEntry& entry, v1::Job& job) {
  uint64_t samples = 0;
  for (const MemberRow& member : entry.newest_members()) {
    v1::RankStatus* rank = job.add_ranks();
    rank->set_rank(member.rank);
    rank->set_worker_id(member.worker);
    rank->set_slot(member.slot);
    const auto progress = entry.progress.find(member.rank);
    if (progress != entry.progress.end()) {
      rank->set_next_step(progress->second.next_step());
      rank->set_samples(progress->second.samples());
    }
    if (member.finished) {
      rank->set_finished(true);
      rank->set_next_step(member.next_step);
      rank->set_samples(member.samples);
      rank->mutable_digest()->set_parameters(member.parameters_digest);
      rank->mutable_digest()->set_optimizer(member.optimizer_digest);
    }
    samples += rank->samples();
  }
  for (v1::RankStatus& rank : *job.mutable_ranks()) {
    if (samples > 0) rank.set_samples_share(static_cast<double>(rank.samples()) / static_cast<double>(samples));
  }
}

// The progress of the stage, counted from the beginning of the job.
double JobEpoch(const JobEntry& entry) {
  if (entry.state.state() == JobState::kSucceeded) return entry.definition.total_epochs();
  double before = 0;
  const int stages = std::min(static_cast<int>(entry.newest.stage()), entry.definition.stages_size());
  for (int stage = 0; stage < stages; ++stage) before += entry.definition.stages(stage).plan().epochs();
  return before + entry.newest.epoch();
}

void AddEvaluations(const JobEntry& entry, v1::Job& job) {
  for (const EvaluationRow& row : entry.evaluations) {
    v1::Evaluation* evaluation = job.add_evaluations();
    evaluation->set_step(row.step);
    evaluation->set_split(row.split);
    evaluation->set_weights(row.weights);
    evaluation->set_loss(row.loss);
    evaluation->set_top1(row.top1);
    evaluation->set_top3(row.top3);
    evaluation->set_map3(row.map3);
    evaluation->set_drawings(row.drawings);
  }
}

}  // namespace

v1::CheckpointRecord ToProto(const JobEntry& entry, const CheckpointRow& row) {
  v1::CheckpointRecord record;
  record.set_name(row.name);
  record.mutable_tag()->set_generation(row.tag.generation);
  record.mutable_tag()->set_next_step(row.tag.next_step);
  record.set_bytes(row.bytes);
  SetTimestamp(row.create_us, record.mutable_create_time());
  record.set_latest(row.latest);
  record.set_best(row.best);
  if (const std::optional<double> score = entry.ScoreAt(row.tag.next_step)) record.set_metric(*score);
  return record;
}

v1::FailureRecord ToProto(const GangFailure& failure) {
  v1::FailureRecord record;
  record.set_generation(failure.generation);
  if (failure.rank) record.set_rank(*failure.rank);
  record.set_worker_id(failure.worker);
  record.set_step(failure.step);
  record.set_cause(failure.cause);
  record.set_message(failure.message);
  record.set_log_tail(failure.log_tail);
  if (failure.time_us != 0) SetTimestamp(failure.time_us, record.mutable_time());
  return record;
}

GangFailure FromProto(const v1::FailureRecord& record) {
  GangFailure failure;
  failure.generation = record.generation();
  if (record.has_rank()) failure.rank = record.rank();
  failure.worker = record.worker_id();
  failure.step = record.step();
  failure.cause = record.cause();
  failure.message = record.message();
  failure.log_tail = record.log_tail();
  failure.time_us = record.time().seconds() * 1000000 + record.time().nanos() / 1000;
  return failure;
}

v1::Job ToProto(const JobEntry& entry) {
  v1::Job job = entry.definition;
  job.mutable_spec()->set_priority(entry.row.priority);
  job.set_state(static_cast<v1::JobState>(entry.state.state()));
  job.set_reason(entry.row.reason);
  SetTimestamp(entry.row.create_us, job.mutable_create_time());
  if (entry.row.start_us != 0) SetTimestamp(entry.row.start_us, job.mutable_start_time());
  if (entry.row.end_us != 0) SetTimestamp(entry.row.end_us, job.mutable_end_time());
  job.set_step(entry.gang.committed_steps());
  job.set_epoch(JobEpoch(entry));
  job.set_loss(entry.newest.loss());
  job.set_learning_rate(entry.newest.learning_rate());
  double rate = 0;
  for (const auto& [rank, progress] : entry.progress) rate += progress.samples_per_second();
  if (entry.state.state() == JobState::kRunning) job.set_samples_per_second(rate);
  AddGenerations(entry, job);
  AddEvaluations(entry, job);
  for (const CheckpointRow& row : entry.checkpoints) *job.add_checkpoints() = ToProto(entry, row);
  AddRanks(entry, job);
  job.set_failures(entry.gang.budget().failures);
  if (entry.gang.budget().failures > 0) *job.mutable_first_failure() = ToProto(entry.gang.budget().first);
  job.set_version(entry.version);
  return job;
}

}  // namespace doodle
