#include "common/plan/view.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/drawing/drawing.h"
#include "common/io/checksum.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// A spec against one dataset: which rows match, the limit per class aside.
struct Matcher {
  SplitEntry split;
  RecognizedFilter recognized;
  std::vector<int> output_of;  // By label.

  bool Matches(const ShardRow& row) const {
    if (output_of[row.label] < 0 || row.dropped() || !split.Holds(row.key_hash)) return false;
    if (recognized == RecognizedFilter::kTrue) return row.recognized() == Drawing::Recognized::kTrue;
    if (recognized == RecognizedFilter::kFalse) return row.recognized() == Drawing::Recognized::kFalse;
    return true;
  }
};

absl::StatusOr<SplitEntry> FindSplit(const DatasetManifest& manifest, const std::string& name) {
  for (const SplitEntry& split : manifest.splits) {
    if (split.name == name) return split;
  }
  std::string names;
  for (const SplitEntry& split : manifest.splits) absl::StrAppend(&names, names.empty() ? "" : ", ", split.name);
  return InvalidField("split", absl::StrCat("\"", name, "\" is not a split of the dataset, which has ", names));
}

absl::StatusOr<std::vector<int>> OutputOfLabels(const std::vector<std::string>& classes,
                                                const DatasetManifest& manifest) {
  absl::flat_hash_map<std::string, size_t> label_of;
  for (size_t label = 0; label < manifest.classes.size(); ++label) label_of[manifest.classes[label]] = label;
  std::vector<int> output_of(manifest.classes.size(), -1);
  for (size_t output = 0; output < classes.size(); ++output) {
    const auto found = label_of.find(classes[output]);
    if (found == label_of.end()) {
      return InvalidField("classes", absl::StrCat("\"", classes[output], "\" is not a class of the dataset"));
    }
    int& slot = output_of[found->second];
    if (slot >= 0) return InvalidField("classes", absl::StrCat("\"", classes[output], "\" is named twice"));
    slot = static_cast<int>(output);
  }
  return output_of;
}

// The rows of the split's shards, in the manifest's order, checked against it.
absl::StatusOr<std::vector<ShardRows>> RowsOfSplit(const SplitEntry& split, const DatasetManifest& manifest,
                                                   const std::vector<ShardRows>& shards) {
  std::vector<ShardRows> wanted;
  for (uint32_t index = split.first_shard; index < split.end_shard; ++index) {
    const auto found = std::find_if(shards.begin(), shards.end(), [&](const auto& s) { return s.shard == index; });
    if (found == shards.end()) return absl::InvalidArgumentError(absl::StrCat("no rows of shard ", index));
    if (index >= manifest.shards.size() || found->rows->size() != manifest.shards[index].drawings) {
      return absl::DataLossError(
          absl::StrCat("shard ", index, ": its ", found->rows->size(), " rows do not match the manifest"));
    }
    for (const ShardRow& row : *found->rows) {
      if (row.label >= manifest.classes.size()) {
        return absl::DataLossError(absl::StrCat("shard ", index, ": label ", row.label, " is not in the manifest"));
      }
    }
    wanted.push_back(*found);
  }
  return wanted;
}

// By label: the highest key hash that the limit admits. Found by selection, not from the rows' order, so that the
// limit does not lean on how shards were cut.
std::vector<uint64_t> HighestHashes(const std::vector<ShardRows>& shards, const Matcher& matcher, uint64_t limit) {
  std::vector<std::vector<uint64_t>> hashes(matcher.output_of.size());
  for (const ShardRows& shard : shards) {
    for (const ShardRow& row : *shard.rows) {
      if (matcher.Matches(row)) hashes[row.label].push_back(row.key_hash);
    }
  }
  std::vector<uint64_t> highest(hashes.size(), UINT64_MAX);
  for (size_t label = 0; label < hashes.size(); ++label) {
    if (hashes[label].size() <= limit) continue;
    const auto last = hashes[label].begin() + static_cast<int64_t>(limit) - 1;
    std::nth_element(hashes[label].begin(), last, hashes[label].end());
    highest[label] = *last;
  }
  return highest;
}

std::vector<View::Shard> Members(const std::vector<ShardRows>& shards, const Matcher& matcher,
                                 const std::vector<uint64_t>& highest) {
  std::vector<View::Shard> members;
  for (const ShardRows& rows : shards) {
    View::Shard shard{rows.shard, {}};
    for (size_t i = 0; i < rows.rows->size(); ++i) {
      const ShardRow& row = (*rows.rows)[i];
      if (!matcher.Matches(row) || (!highest.empty() && row.key_hash > highest[row.label])) continue;
      shard.positions.push_back(static_cast<uint32_t>(i));
    }
    if (!shard.positions.empty()) members.push_back(std::move(shard));
  }
  return members;
}

// Names are free text, so each goes in with its length.
std::string ViewDigest(const ViewSpec& spec, const DatasetManifest& manifest, const View& view) {
  std::string text = absl::StrCat("view 1\ndataset ", manifest.digest, "\nsplit ", spec.split, "\nrecognized ",
                                  static_cast<int>(spec.recognized), "\nlimit ",
                                  spec.limit_per_class ? absl::StrCat(*spec.limit_per_class) : "none", "\n");
  for (const std::string& name : view.classes()) absl::StrAppend(&text, "class ", name.size(), " ", name, "\n");
  for (const View::Shard& shard : view.shards()) {
    absl::StrAppend(&text, "shard ", shard.shard, " ", shard.positions.size(), "\n");
  }
  return Sha256Hex(text);
}

}  // namespace

absl::StatusOr<View> View::Create(const ViewSpec& spec, const DatasetManifest& manifest,
                                  const std::vector<ShardRows>& shards) {
  if (spec.limit_per_class == 0u) return InvalidField("limit_per_class", "must be at least 1");
  DOODLE_ASSIGN_OR_RETURN(const SplitEntry split, FindSplit(manifest, spec.split));
  View view;
  view.classes_ = spec.classes.empty() ? manifest.classes : spec.classes;
  DOODLE_ASSIGN_OR_RETURN(view.output_of_, OutputOfLabels(view.classes_, manifest));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<ShardRows> rows, RowsOfSplit(split, manifest, shards));
  const Matcher matcher{split, spec.recognized, view.output_of_};
  std::vector<uint64_t> highest;
  if (spec.limit_per_class) highest = HighestHashes(rows, matcher, *spec.limit_per_class);
  view.shards_ = Members(rows, matcher, highest);
  for (const Shard& shard : view.shards_) view.size_ += shard.positions.size();
  if (view.size_ == 0) {
    return absl::FailedPreconditionError(absl::StrCat("no drawing of split \"", spec.split, "\" matches the view"));
  }
  view.digest_ = ViewDigest(spec, manifest, view);
  return view;
}

std::vector<uint32_t> View::ShardSizes() const {
  std::vector<uint32_t> sizes;
  for (const Shard& shard : shards_) sizes.push_back(static_cast<uint32_t>(shard.positions.size()));
  return sizes;
}

}  // namespace doodle
