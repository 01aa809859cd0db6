#include "worker/gang/leader_policy.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace doodle {
namespace {

constexpr absl::string_view kFormat = "member1";

}  // namespace

std::string EncodeMemberState(const MemberState& state) {
  // Free text is escaped, so a line break always separates fields.
  const std::vector<std::string> fields = {std::string(kFormat),
                                           state.valid ? "1" : "0",
                                           absl::StrCat(state.tag.generation),
                                           absl::StrCat(state.tag.next_step),
                                           absl::CEscape(state.digest.parameters),
                                           absl::CEscape(state.digest.optimizer),
                                           absl::CEscape(state.origin),
                                           absl::CEscape(state.problem)};
  return absl::StrJoin(fields, "\n");
}

absl::StatusOr<MemberState> DecodeMemberState(absl::string_view bytes) {
  const absl::Status bad = absl::InvalidArgumentError("member state: not written by this version");
  const std::vector<std::string> fields = absl::StrSplit(bytes, '\n');
  if (fields.size() != 8 || fields[0] != kFormat) return bad;
  MemberState state;
  state.valid = fields[1] == "1";
  if (!absl::SimpleAtoi(fields[2], &state.tag.generation) || !absl::SimpleAtoi(fields[3], &state.tag.next_step) ||
      !absl::CUnescape(fields[4], &state.digest.parameters) || !absl::CUnescape(fields[5], &state.digest.optimizer) ||
      !absl::CUnescape(fields[6], &state.origin) || !absl::CUnescape(fields[7], &state.problem)) {
    return bad;
  }
  return state;
}

std::optional<uint32_t> ChooseLeader(const History& history, const std::vector<MemberState>& members) {
  std::optional<uint32_t> leader;
  for (uint32_t rank = 0; rank < members.size(); ++rank) {
    const MemberState& member = members[rank];
    if (!member.valid || !OnTheLine(history, member.tag)) continue;
    if (!leader || member.tag.next_step > members[*leader].tag.next_step) leader = rank;
  }
  return leader;
}

bool MustLoad(const History& history, const std::vector<MemberState>& members,
              const std::optional<RestoreSource>& restore) {
  const std::optional<uint32_t> leader = ChooseLeader(history, members);
  if (!leader) return true;
  return restore && OnTheLine(history, restore->tag) && restore->tag.next_step > members[*leader].tag.next_step;
}

}  // namespace doodle
