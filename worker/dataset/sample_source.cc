#include "worker/dataset/sample_source.h"

#include <algorithm>

namespace doodle {

SliceReader::SliceReader(const View& view, uint32_t rank, uint32_t world_size, uint32_t batch)
    : view_(view), batch_(batch), next_(view.size() * rank / world_size), end_(view.size() * (rank + 1) / world_size) {}

void SliceReader::Next(std::vector<PlannedSample>& samples) {
  samples.clear();
  const uint64_t end = std::min<uint64_t>(end_, next_ + batch_);
  for (; next_ < end; ++next_) {
    while (next_ - before_shard_ >= view_.shards()[shard_].positions.size()) {
      before_shard_ += view_.shards()[shard_++].positions.size();
    }
    PlannedSample sample;
    sample.slot = next_;
    sample.shard = shard_;
    sample.position = static_cast<uint32_t>(next_ - before_shard_);
    samples.push_back(sample);
  }
}

}  // namespace doodle
