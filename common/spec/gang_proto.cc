#include "common/spec/gang_proto.h"

#include <string>

namespace doodle {

v1::StateTag ToProto(const StateTag& tag) {
  v1::StateTag message;
  message.set_generation(tag.generation);
  message.set_next_step(tag.next_step);
  return message;
}

StateTag FromProto(const v1::StateTag& tag) { return {tag.generation(), tag.next_step()}; }

v1::HistorySegment ToProto(const HistorySegment& segment) {
  v1::HistorySegment message;
  message.set_generation(segment.generation);
  message.set_start_step(segment.start_step);
  return message;
}

HistorySegment FromProto(const v1::HistorySegment& segment) { return {segment.generation(), segment.start_step()}; }

google::protobuf::RepeatedPtrField<v1::HistorySegment> ToProto(const History& history) {
  google::protobuf::RepeatedPtrField<v1::HistorySegment> segments;
  for (const HistorySegment& segment : history) *segments.Add() = ToProto(segment);
  return segments;
}

History FromProto(const google::protobuf::RepeatedPtrField<v1::HistorySegment>& segments) {
  History history;
  for (const v1::HistorySegment& segment : segments) history.push_back(FromProto(segment));
  return history;
}

v1::PlanSpec ToProto(const PlanSpec& plan) {
  v1::PlanSpec message;
  message.set_seed(plan.seed);
  message.set_stage(plan.stage);
  message.set_samples(plan.samples);
  message.set_epochs(static_cast<uint32_t>(plan.epochs));
  message.set_global_batch(plan.global_batch);
  message.set_lanes(plan.lanes);
  message.set_dataset_digest(plan.dataset_digest);
  message.set_view_digest(plan.view_digest);
  return message;
}

PlanSpec FromProto(const v1::PlanSpec& plan) {
  PlanSpec spec;
  spec.seed = plan.seed();
  spec.stage = plan.stage();
  spec.samples = plan.samples();
  spec.epochs = plan.epochs();
  spec.global_batch = plan.global_batch();
  spec.lanes = plan.lanes();
  spec.dataset_digest = plan.dataset_digest();
  spec.view_digest = plan.view_digest();
  return spec;
}

v1::StageAssignment StageAssignmentProto(const PlanSpec& plan, absl::string_view plan_digest, uint64_t first_step,
                                         uint64_t steps) {
  v1::StageAssignment message;
  *message.mutable_plan() = ToProto(plan);
  message.set_plan_digest(std::string(plan_digest));
  message.set_first_step(first_step);
  message.set_steps(steps);
  return message;
}

v1::RestoreSource RestoreSourceProto(absl::string_view checkpoint, const StateTag& tag) {
  v1::RestoreSource message;
  message.set_checkpoint(std::string(checkpoint));
  *message.mutable_tag() = ToProto(tag);
  return message;
}

}  // namespace doodle
