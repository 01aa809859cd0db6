// What a stage reads: the members of a dataset that match a ViewSpec, per shard, with counts and digest.
#ifndef DOODLE_COMMON_PLAN_VIEW_H_
#define DOODLE_COMMON_PLAN_VIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/view_spec.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/shard_reader.h"

namespace doodle {

// Footer rows of one shard, as the view sees them.
struct ShardRows {
  uint32_t shard = 0;                           // Index in the manifest.
  const std::vector<ShardRow>* rows = nullptr;  // Must outlive the call.
};

// The members of a view (OpenView in open_view.h takes a dataset on disk). Immutable, hence thread-safe.
class View {
 public:
  struct Shard {
    uint32_t shard = 0;               // Index in the manifest.
    std::vector<uint32_t> positions;  // Rows of the shard, rising.
  };

  // `shards` has the rows of every shard of the split, others are not looked at. INVALID_ARGUMENT for an unknown split,
  // an unknown or repeated class or a missing shard; DATA_LOSS for rows that do not match the manifest;
  // FAILED_PRECONDITION for an empty view.
  static absl::StatusOr<View> Create(const ViewSpec& spec, const DatasetManifest& manifest,
                                     const std::vector<ShardRows>& shards);

  uint64_t size() const { return size_; }                               // N
  const std::vector<Shard>& shards() const { return shards_; }          // Only those with a member, by index.
  const std::vector<std::string>& classes() const { return classes_; }  // In output order.
  std::vector<uint32_t> ShardSizes() const;                             // Members per shard, for StagePlan::Create.
  // Output index of a dataset label; -1 when the class is not in the view.
  int OutputOf(uint32_t label) const { return output_of_[label]; }
  // sha256 in hexadecimal over the dataset's digest, the spec and the members of each shard.
  const std::string& digest() const { return digest_; }

 private:
  View() = default;
  uint64_t size_ = 0;
  std::vector<Shard> shards_;
  std::vector<std::string> classes_;
  std::vector<int> output_of_;
  std::string digest_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_VIEW_H_
