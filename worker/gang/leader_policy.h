// Who leads a forming gang, and whether a restore source is better than anything the members still hold. Pure.
#ifndef DOODLE_WORKER_GANG_LEADER_POLICY_H_
#define DOODLE_WORKER_GANG_LEADER_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/history/history.h"
#include "worker/gang/assignment.h"
#include "worker/gang/transport.h"

namespace doodle {

// What one rank says about its state when it meets the others. Not valid: it has none.
struct MemberState {
  bool valid = false;
  StateTag tag;
  StateDigest digest;
  std::string origin;   // Where the state came from, as in FormedReport::restored_from.
  std::string problem;  // Why this rank cannot go on; empty: it can.

  bool operator==(const MemberState&) const = default;
};

// The bytes that the members all-gather. INVALID_ARGUMENT for bytes that no rank of this version sends.
std::string EncodeMemberState(const MemberState& state);
absl::StatusOr<MemberState> DecodeMemberState(absl::string_view bytes);

// Among the valid states on the line the one with the highest next step, the lowest rank on a tie. Empty: nobody has
// state that may lead.
std::optional<uint32_t> ChooseLeader(const History& history, const std::vector<MemberState>& members);

// Whether rank 0 shall load `restore` (or initialize from the seed when there is none): nobody may lead, or the source
// is ahead of whoever would. The second happens when a rank that was left out comes back after the others were lost.
bool MustLoad(const History& history, const std::vector<MemberState>& members,
              const std::optional<RestoreSource>& restore);

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_LEADER_POLICY_H_
