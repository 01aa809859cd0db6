#include "worker/dataset/view_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/hash64.h"
#include "common/status/status.h"

namespace doodle {

ViewReader::ViewReader(View view, const DatasetReader& dataset, BlockCache& cache)
    : view_(std::move(view)), dataset_(dataset), cache_(cache) {}

absl::StatusOr<LabeledDrawing> ViewReader::Read(uint32_t shard, uint32_t position) const {
  const View::Shard& members = view_.shards()[shard];
  const uint32_t row = members.positions[position];
  DOODLE_ASSIGN_OR_RETURN(Block block, cache_.Get(members.shard, row / kBlockDrawings));
  const ShardRow& footer = dataset_.shard(members.shard).rows()[row];
  const size_t place = row % kBlockDrawings;
  if (place >= block->size() || Mix64((*block)[place].key_id) != footer.key_hash) {
    return absl::DataLossError(absl::StrCat(dataset_.manifest().shards[members.shard].file, ": row ", row,
                                            ": the block's keys are not the footer's"));
  }
  LabeledDrawing result;
  result.drawing = &(*block)[place];
  result.label = view_.OutputOf(footer.label);
  result.block = std::move(block);
  return result;
}

}  // namespace doodle
