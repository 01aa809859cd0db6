// Plain values of a gang and their messages (proto/doodle/v1/gang.proto), for the coordinator, the daemon and
// worker/link. What arrives from a peer is checked by its user: only structure is converted here. Thread-safe.
#ifndef DOODLE_COMMON_SPEC_GANG_PROTO_H_
#define DOODLE_COMMON_SPEC_GANG_PROTO_H_

#include "absl/strings/string_view.h"
#include "common/history/history.h"
#include "common/plan/stage_plan.h"
#include "doodle/v1/gang.pb.h"

namespace doodle {

v1::StateTag ToProto(const StateTag& tag);
StateTag FromProto(const v1::StateTag& tag);

v1::HistorySegment ToProto(const HistorySegment& segment);
HistorySegment FromProto(const v1::HistorySegment& segment);

// A history is a repeated field: *message.mutable_history() = ToProto(history).
google::protobuf::RepeatedPtrField<v1::HistorySegment> ToProto(const History& history);
History FromProto(const google::protobuf::RepeatedPtrField<v1::HistorySegment>& segments);

// Epochs above 2^32-1 do not occur: a job's epochs are a uint32.
v1::PlanSpec ToProto(const PlanSpec& plan);
PlanSpec FromProto(const v1::PlanSpec& plan);

v1::StageAssignment StageAssignmentProto(const PlanSpec& plan, absl::string_view plan_digest, uint64_t first_step,
                                         uint64_t steps);

// `checkpoint` is a directory name below the job's checkpoints/.
v1::RestoreSource RestoreSourceProto(absl::string_view checkpoint, const StateTag& tag);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_GANG_PROTO_H_
