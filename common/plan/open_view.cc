#include "common/plan/open_view.h"

#include <vector>

namespace doodle {

absl::StatusOr<View> OpenView(const ViewSpec& spec, const DatasetReader& dataset) {
  std::vector<ShardRows> shards;
  for (size_t i = 0; i < dataset.shards(); ++i) {
    shards.push_back({static_cast<uint32_t>(i), &dataset.shard(i).rows()});
  }
  return View::Create(spec, dataset.manifest(), shards);
}

}  // namespace doodle
