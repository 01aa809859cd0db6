#include "coordinator/job/running_time.h"

#include <algorithm>

namespace doodle {
namespace {

// The part of `reported` that is not counted yet and fits into `left`.
absl::Duration Take(absl::Duration reported, absl::Duration& counted, absl::Duration& left) {
  const absl::Duration taken = std::clamp(reported - counted, absl::ZeroDuration(), left);
  counted += taken;
  left -= taken;
  return taken;
}

}  // namespace

TimeShares RunningTime::Split(absl::Duration elapsed, const std::optional<GangWaits>& reported) {
  TimeShares shares;
  shares.productive = std::max(elapsed, absl::ZeroDuration());
  if (!reported) return shares;
  if (!counted_) counted_ = reported;
  shares.data_wait = Take(reported->data, counted_->data, shares.productive);
  shares.checkpoint = Take(reported->checkpoint, counted_->checkpoint, shares.productive);
  return shares;
}

}  // namespace doodle
