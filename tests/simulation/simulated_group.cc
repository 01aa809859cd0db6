#include "tests/simulation/simulated_group.h"

namespace doodle {
namespace {

absl::Status PeerGone() { return absl::UnavailableError("connection closed by peer"); }

}  // namespace

absl::StatusOr<std::vector<std::string>> SimulatedGroup::AllGather(uint32_t rank, const std::string& mine) {
  Rank& own = ranks_[rank];
  if (broken_) return PeerGone();
  const uint64_t number = own.sent++;
  std::map<uint32_t, std::string>& round = rounds_[number];
  round[rank] = mine;
  // As ProcessGroup: until all have met, then of one operation.
  const absl::Duration timeout = number == 0 ? absl::Seconds(30) : absl::Minutes(30);
  scheduler_.Wait([&] { return own.cut || own.lost || broken_ || round.size() == world_size_; },
                  scheduler_.now() + timeout);
  if (own.cut || own.lost || round.size() < world_size_) return PeerGone();
  ++own.received;
  std::vector<std::string> values;
  values.reserve(round.size());
  for (const auto& [unused, value] : round) values.push_back(value);
  return values;
}

void SimulatedGroup::Cut(uint32_t rank) {
  broken_ = true;
  ranks_[rank].cut = true;
  for (Rank& other : ranks_) {
    if (other.received < other.sent && scheduler_.Random(2) == 0) other.lost = true;
  }
}

std::shared_ptr<SimulatedGroup> SimulatedNetwork::Group(const GangAssignment& assignment) {
  std::shared_ptr<SimulatedGroup>& group = groups_[assignment.generation];
  if (!group) group = std::make_shared<SimulatedGroup>(scheduler_, assignment.world_size);
  return group;
}

absl::Status SimulatedCollective::Form(const GangAssignment& assignment) {
  if (dead_) return PeerGone();
  generation_ = assignment.generation;
  rank_ = assignment.rank;
  group_ = network_.Group(assignment);
  return AllGather("form").status();
}

absl::StatusOr<std::vector<std::string>> SimulatedCollective::AllGather(const std::string& mine) {
  if (dead_ || !group_) return PeerGone();
  // Held here: Destroy or a fence may drop it meanwhile.
  const std::shared_ptr<SimulatedGroup> group = group_;
  auto gathered = group->AllGather(rank_, mine);
  return dead_ ? PeerGone() : std::move(gathered);
}

void SimulatedCollective::Destroy() {
  if (group_ && !dead_) group_->Leave(rank_);
  group_ = nullptr;
}

void SimulatedCollective::Fence(uint64_t generation) {
  if (group_ && generation_ < generation) group_->Cut(rank_);
}

void SimulatedCollective::Die() {
  dead_ = true;
  if (group_) group_->Cut(rank_);
}

}  // namespace doodle
