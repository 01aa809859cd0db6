// A trainer's life in the gangs of its job: meet, choose the leader, adopt its state, train, leave.
//
//     GangMember member(transport, collective, state, steps, {});
//     absl::Status status = member.Run();      // until the job is finished, the trainer is told to leave, or lost
//
// One generation, by number (docs/protocols/gang.md); every rank runs the same steps:
//
//   1 AwaitAssignment   a generation above the last one
//   2 Meet              build the group, all-gather (valid, tag, digest)
//   3 ObtainState       nobody may lead, or the restore source is ahead: rank 0 loads it, asks for the next one when
//                       it is refused, initializes from the seed when none is left; then all-gather again
//   4 Adopt             the leader's state goes to all when anyone differs; all-gather confirms it
//   5 Release           the leader reports Formed; no step is committed before it is acknowledged, and the others
//                       learn that in one more all-gather
//   6 Train             steps until all ranks agree on an outcome
//   7 LeaveInOrder      barrier, destroy the group; Finished carries this rank's own digests
//
// Any error destroys the group and awaits the next generation; the state stays in memory. An error of one rank before
// step 6 travels in the all-gather, so the others fail at once and by name, not by time-out.
#ifndef DOODLE_WORKER_GANG_GANG_MEMBER_H_
#define DOODLE_WORKER_GANG_GANG_MEMBER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/gang/assignment.h"
#include "worker/gang/collective.h"
#include "worker/gang/leader_policy.h"
#include "worker/gang/state_store.h"
#include "worker/gang/step_runner.h"
#include "worker/gang/transport.h"

namespace doodle {

// Single-threaded: the training thread. All ports must outlive it.
class GangMember {
 public:
  struct Options {
    absl::Duration assignment_timeout = absl::Minutes(10);  // How long state is kept without an assignment.
  };

  GangMember(Transport& transport, Collective& collective, StateStore& state, StepRunner& steps, Options options);

  // OK: the job is finished, or the daemon asked this trainer to leave. UNAVAILABLE: the daemon is gone.
  // DEADLINE_EXCEEDED: no assignment came in time. An assignment that contradicts itself fails the job and is returned.
  absl::Status Run();

  // One generation, steps 2 to 7. Public for tests.
  absl::StatusOr<StepRunner::Outcome> RunGeneration(const GangAssignment& assignment);

 private:
  absl::Status Form(const GangAssignment& assignment);
  absl::StatusOr<std::vector<MemberState>> Meet(const GangAssignment& assignment);
  absl::StatusOr<std::vector<MemberState>> ObtainState(const GangAssignment& assignment,
                                                       std::vector<MemberState> members);
  absl::Status LoadOrInitialize(const GangAssignment& assignment, const std::vector<MemberState>& members);
  absl::Status Adopt(const GangAssignment& assignment, uint32_t leader, const std::vector<MemberState>& members);
  absl::Status Release(const GangAssignment& assignment, uint32_t leader, const MemberState& state);
  absl::StatusOr<StepRunner::Outcome> Train(const GangAssignment& assignment);
  absl::Status LeaveInOrder(StepRunner::Outcome outcome);

  // What each rank says; an error when a rank has a problem.
  absl::StatusOr<std::vector<MemberState>> Exchange(const absl::Status& own);
  MemberState Own(const absl::Status& own) const;
  absl::Status CheckNotSuperseded(const GangAssignment& assignment) const;
  void OnFailure(const GangAssignment& assignment, const absl::Status& status);

  Transport& transport_;
  Collective& collective_;
  StateStore& state_;
  StepRunner& steps_;
  const Options options_;
  std::string origin_;  // Of the state in memory, for the report.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_GANG_MEMBER_H_
