#include "worker/gang/gang_member.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "worker/gang/failure_policy.h"

namespace doodle {
namespace {

// Anyone who has other bytes, or other ideas of where they stand, adopts; the leader is equal to itself.
bool AllEqual(const std::vector<MemberState>& members, const MemberState& leader) {
  return std::all_of(members.begin(), members.end(), [&](const MemberState& member) {
    return member.valid && member.tag == leader.tag && member.digest == leader.digest;
  });
}

}  // namespace

GangMember::GangMember(Transport& transport, Collective& collective, StateStore& state, StepRunner& steps,
                       Options options)
    : transport_(transport), collective_(collective), state_(state), steps_(steps), options_(options) {}

absl::Status GangMember::Run() {
  uint64_t generation = 0;
  for (;;) {
    absl::StatusOr<GangAssignment> assignment = transport_.AwaitAssignment(generation, options_.assignment_timeout);
    if (absl::IsCancelled(assignment.status())) return absl::OkStatus();
    // One that cannot be used will not be better the next time.
    if (!assignment.ok() && IsPermanentFailure(assignment.status())) {
      transport_.ReportFailure(Annotate(assignment.status(), "assignment"), true);
    }
    DOODLE_RETURN_IF_ERROR(assignment.status(), "waiting for an assignment");
    generation = assignment->generation;
    const absl::StatusOr<StepRunner::Outcome> outcome = RunGeneration(*assignment);
    if (!outcome.ok()) {
      OnFailure(*assignment, outcome.status());
      continue;
    }
    if (*outcome != StepRunner::Outcome::kReform) return absl::OkStatus();
  }
}

absl::StatusOr<StepRunner::Outcome> GangMember::RunGeneration(const GangAssignment& assignment) {
  DOODLE_RETURN_IF_ERROR(Form(assignment));
  DOODLE_ASSIGN_OR_RETURN(const StepRunner::Outcome outcome, Train(assignment));
  DOODLE_RETURN_IF_ERROR(LeaveInOrder(outcome), "leaving");
  return outcome;
}

absl::Status GangMember::Form(const GangAssignment& assignment) {
  DOODLE_ASSIGN_OR_RETURN(std::vector<MemberState> members, Meet(assignment), "forming");
  DOODLE_ASSIGN_OR_RETURN(members, ObtainState(assignment, std::move(members)), "obtaining state");
  const std::optional<uint32_t> leader = ChooseLeader(assignment.history, members);
  if (!leader) return absl::FailedPreconditionError("no rank holds a state that this history contains");
  DOODLE_RETURN_IF_ERROR(Adopt(assignment, *leader, members), "adopting");
  return Release(assignment, *leader, members[*leader]);
}

absl::StatusOr<std::vector<MemberState>> GangMember::Meet(const GangAssignment& assignment) {
  DOODLE_RETURN_IF_ERROR(CheckNotSuperseded(assignment));
  DOODLE_RETURN_IF_ERROR(collective_.Form(assignment));
  return Exchange(absl::OkStatus());
}

absl::StatusOr<std::vector<MemberState>> GangMember::ObtainState(const GangAssignment& assignment,
                                                                 std::vector<MemberState> members) {
  if (!MustLoad(assignment.history, members, assignment.restore)) return members;
  // The others wait in the second all-gather while rank 0 loads.
  return Exchange(assignment.rank == 0 ? LoadOrInitialize(assignment, members) : absl::OkStatus());
}

absl::Status GangMember::LoadOrInitialize(const GangAssignment& assignment, const std::vector<MemberState>& members) {
  std::optional<RestoreSource> restore = assignment.restore;
  while (MustLoad(assignment.history, members, restore)) {
    if (!restore) {
      origin_ = "seed";
      return state_.InitializeFromSeed();
    }
    const absl::Status loaded = state_.LoadCheckpoint(restore->checkpoint);
    if (loaded.ok()) {
      origin_ = absl::StrCat("checkpoint:", restore->checkpoint);
      return absl::OkStatus();
    }
    LogWarning("restore source refused", {{"checkpoint", restore->checkpoint}, {"reason", loaded.ToString()}});
    DOODLE_ASSIGN_OR_RETURN(const RestoreAnswer answer,
                            transport_.ReportRestoreRefused(restore->checkpoint, std::string(loaded.message())));
    restore = answer.restore;
  }
  return absl::OkStatus();  // What is left is behind a survivor, who leads.
}

absl::Status GangMember::Adopt(const GangAssignment& assignment, uint32_t leader,
                               const std::vector<MemberState>& members) {
  const MemberState& chosen = members[leader];
  if (AllEqual(members, chosen)) return absl::OkStatus();
  const absl::Status adopted = state_.AdoptFrom(leader, chosen.digest);
  if (adopted.ok() && assignment.rank != leader) origin_ = "survivor";
  DOODLE_ASSIGN_OR_RETURN(const std::vector<MemberState> confirmed, Exchange(adopted));
  if (AllEqual(confirmed, chosen)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("ranks differ after adopting from rank ", leader));
}

absl::Status GangMember::Release(const GangAssignment& assignment, uint32_t leader, const MemberState& state) {
  absl::Status formed;
  if (assignment.rank == leader) {
    FormedReport report;
    report.start_step = state.tag.next_step;
    report.leader_rank = leader;
    report.restored_from = state.origin.empty() ? "survivor" : state.origin;
    report.digest = state.digest;
    formed = Annotate(transport_.ReportFormed(report), "reporting formed");
  }
  DOODLE_RETURN_IF_ERROR(Exchange(formed).status());
  origin_.clear();  // From here on whatever this rank holds makes it a survivor.
  return CheckNotSuperseded(assignment);
}

absl::StatusOr<StepRunner::Outcome> GangMember::Train(const GangAssignment& assignment) {
  DOODLE_RETURN_IF_ERROR(steps_.Prepare(assignment), "preparing to train");
  StepRunner::Outcome outcome = StepRunner::Outcome::kReform;
  for (bool ended = false; !ended;) {
    DOODLE_RETURN_IF_ERROR(CheckNotSuperseded(assignment));
    DOODLE_ASSIGN_OR_RETURN(ended, steps_.Step(outcome));
  }
  return outcome;
}

absl::Status GangMember::LeaveInOrder(StepRunner::Outcome outcome) {
  DOODLE_RETURN_IF_ERROR(collective_.Barrier());
  steps_.Release();
  collective_.Destroy();
  if (outcome != StepRunner::Outcome::kFinished) return absl::OkStatus();
  FinishedReport report;
  report.next_step = state_.tag().next_step;
  report.samples = steps_.samples();
  report.digest = state_.Digest();
  return transport_.ReportFinished(report);
}

absl::StatusOr<std::vector<MemberState>> GangMember::Exchange(const absl::Status& own) {
  absl::StatusOr<std::vector<std::string>> gathered = collective_.AllGather(EncodeMemberState(Own(own)));
  if (!own.ok()) return own;  // Said to the others; the reason is better than whatever they answer.
  DOODLE_RETURN_IF_ERROR(gathered.status());
  std::vector<MemberState> members;
  for (size_t rank = 0; rank < gathered->size(); ++rank) {
    DOODLE_ASSIGN_OR_RETURN(members.emplace_back(), DecodeMemberState((*gathered)[rank]), absl::StrCat("rank ", rank));
  }
  for (size_t rank = 0; rank < members.size(); ++rank) {
    if (members[rank].problem.empty()) continue;
    return absl::UnavailableError(absl::StrCat("rank ", rank, ": ", members[rank].problem));
  }
  return members;
}

MemberState GangMember::Own(const absl::Status& own) const {
  MemberState state;
  if (!own.ok()) state.problem = own.ToString();
  state.valid = state_.valid();
  if (!state.valid) return state;
  state.tag = state_.tag();
  state.digest = state_.Digest();
  state.origin = origin_;
  return state;
}

absl::Status GangMember::CheckNotSuperseded(const GangAssignment& assignment) const {
  const uint64_t newest = transport_.NewestGeneration();
  if (newest <= assignment.generation) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("generation ", assignment.generation, " is superseded by ", newest));
}

void GangMember::OnFailure(const GangAssignment& assignment, const absl::Status& status) {
  steps_.Release();
  collective_.Destroy();
  LogWarning("generation ended", {{"job", assignment.job},
                                  {"generation", assignment.generation},
                                  {"rank", assignment.rank},
                                  {"reason", status.ToString()}});
  // A superseded generation is no failure: the coordinator ended it.
  if (transport_.NewestGeneration() > assignment.generation) return;
  transport_.ReportFailure(status, IsPermanentFailure(status));
}

}  // namespace doodle
