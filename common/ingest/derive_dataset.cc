#include "common/ingest/derive_dataset.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/ids/utf8.h"
#include "common/io/atomic_directory.h"
#include "common/io/checksum.h"
#include "common/shard/dataset_files.h"
#include "common/shard/key_order.h"
#include "common/shard/sample_digest.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// What stays of the source, shard by shard.
struct Selection {
  KeepBits bits;
  std::vector<uint64_t> per_shard;  // Drawings that stay.
  std::vector<uint64_t> per_split;  // Of the source's splits.
  uint64_t drawings = 0;
  uint64_t dropped = 0;
  std::string sample_digest;
};

// Decides about one row after another, in order of key hash.
class Selector {
 public:
  Selector(const DeriveOptions& options, FilterPass filter) : options_(options), filter_(std::move(filter)) {}

  bool Keeps(const ShardRow& row) {
    const uint64_t key = KeyOfHash(row.key_hash);
    const bool named = options_.keep && options_.keep->contains(key);
    const bool unwanted = options_.drop.contains(key);
    known_keys_ += static_cast<uint64_t>(named) + static_cast<uint64_t>(unwanted);
    if (row.dropped() || unwanted || (options_.keep && !named)) return false;
    return filter_.Keeps(row.label, row.recognized());
  }

  uint64_t unknown_keys() const {
    return (options_.keep ? options_.keep->size() : 0) + options_.drop.size() - known_keys_;
  }

 private:
  const DeriveOptions& options_;
  FilterPass filter_;
  uint64_t known_keys_ = 0;
};

absl::Status AddToDigest(const ShardReader& shard, const std::string& kept, const std::vector<std::string>& classes,
                         SampleDigest& digest) {
  for (size_t block = 0; block < shard.blocks(); ++block) {
    DOODLE_ASSIGN_OR_RETURN(const auto drawings, shard.ReadBlock(block, classes));
    for (size_t i = 0; i < drawings.size(); ++i) {
      const size_t row = block * kBlockDrawings + i;
      if ((static_cast<uint8_t>(kept[row / 8]) >> row % 8 & 1) != 0) digest.Add(drawings[i]);
    }
  }
  return absl::OkStatus();
}

void SelectShard(const ShardReader& shard, const DatasetManifest& manifest, Selector& selector, Selection& selection) {
  std::string bits((shard.rows().size() + 7) / 8, '\0');
  uint64_t kept = 0;
  for (size_t i = 0; i < shard.rows().size(); ++i) {
    const ShardRow& row = shard.rows()[i];
    if (!selector.Keeps(row)) {
      selection.dropped += static_cast<uint64_t>(!row.dropped());
      continue;
    }
    bits[i / 8] = static_cast<char>(bits[i / 8] | 1 << i % 8);
    ++kept;
    for (size_t split = 0; split < manifest.splits.size(); ++split) {
      const SplitEntry& entry = manifest.splits[split];
      const size_t index = selection.bits.size();
      const bool here = index >= entry.first_shard && index < entry.end_shard && entry.Holds(row.key_hash);
      selection.per_split[split] += static_cast<uint64_t>(here);
    }
  }
  selection.bits.push_back(std::move(bits));
  selection.per_shard.push_back(kept);
  selection.drawings += kept;
}

absl::StatusOr<Selection> Select(FileSystem& files, const DatasetFiles& source, const DeriveOptions& options,
                                 Selector& selector) {
  const DatasetManifest& manifest = source.manifest;
  const bool thins = options.keep || !options.drop.empty() || !options.filter.empty() || manifest.sample_digest.empty();
  Selection selection;
  selection.per_split.resize(manifest.splits.size());
  SampleDigest digest;
  for (size_t i = 0; i < manifest.shards.size(); ++i) {
    if (options.canceled && options.canceled()) return absl::CancelledError("interrupted");
    DOODLE_ASSIGN_OR_RETURN(const auto shard, OpenDatasetShard(files, source, i));
    SelectShard(*shard, manifest, selector, selection);
    if (thins) DOODLE_RETURN_IF_ERROR(AddToDigest(*shard, selection.bits.back(), manifest.classes, digest));
  }
  selection.sample_digest = thins ? digest.HexDigest() : manifest.sample_digest;
  return selection;
}

// Where the kept drawing number `ordinal` lies.
struct Place {
  uint32_t shard = 0;
  bool first_row = false;  // Of its shard.
  uint64_t key_hash = 0;
};

absl::StatusOr<Place> FindOrdinal(FileSystem& files, const DatasetFiles& source, const Selection& selection,
                                  uint64_t ordinal) {
  Place place;
  while (ordinal >= selection.per_shard[place.shard]) ordinal -= selection.per_shard[place.shard++];
  DOODLE_ASSIGN_OR_RETURN(const auto shard, OpenDatasetShard(files, source, place.shard));
  const std::string& bits = selection.bits[place.shard];
  for (size_t row = 0; row < shard->rows().size(); ++row) {
    if ((static_cast<uint8_t>(bits[row / 8]) >> row % 8 & 1) == 0) continue;
    if (ordinal-- > 0) continue;
    place.first_row = row == 0;
    place.key_hash = shard->rows()[row].key_hash;
    return place;
  }
  return absl::InternalError("the keep-list has fewer drawings than were counted");
}

// Splits as ranges of key hashes: each begins at its first drawing and ends before the next one's.
absl::StatusOr<std::vector<SplitEntry>> Recut(FileSystem& files, const DatasetFiles& source,
                                              const std::vector<SplitSize>& sizes, const Selection& selection) {
  std::vector<SplitEntry> splits;
  SplitEntry* last = nullptr;  // The last split with a drawing.
  uint64_t ordinal = 0;
  uint32_t next_shard = 0;
  splits.reserve(sizes.size());  // `last` points into it.
  for (const SplitSize& size : sizes) {
    splits.push_back({size.name, next_shard, next_shard, size.drawings});
    if (size.drawings == 0) continue;
    if (last != nullptr) {
      DOODLE_ASSIGN_OR_RETURN(const Place place, FindOrdinal(files, source, selection, ordinal));
      last->end_shard = place.shard + static_cast<uint32_t>(!place.first_row);
      last->last_hash = place.key_hash - 1;
      for (SplitEntry* empty = last + 1; empty < &splits.back(); ++empty)
        empty->first_shard = empty->end_shard = last->end_shard;
      splits.back().first_shard = place.shard;
      splits.back().first_hash = place.key_hash;
    }
    last = &splits.back();
    last->end_shard = next_shard = static_cast<uint32_t>(source.manifest.shards.size());
    ordinal += size.drawings;
  }
  return splits;
}

absl::StatusOr<std::vector<SplitEntry>> SplitsOf(FileSystem& files, const DatasetFiles& source,
                                                 const DeriveOptions& options, const Selection& selection) {
  if (options.splits) {
    DOODLE_ASSIGN_OR_RETURN(const auto sizes, CutSplits(*options.splits, selection.drawings));
    return Recut(files, source, sizes, selection);
  }
  std::vector<SplitEntry> splits = source.manifest.splits;
  for (size_t i = 0; i < splits.size(); ++i) splits[i].drawings = selection.per_split[i];
  return splits;
}

absl::Status Write(FileSystem& files, const DeriveOptions& options, const Selection& selection, bool with_keep_list,
                   DatasetManifest& manifest) {
  DOODLE_ASSIGN_OR_RETURN(const auto directory, AtomicDirectory::Create(files, options.output));
  if (with_keep_list) {
    DOODLE_ASSIGN_OR_RETURN(const std::string bytes, EncodeKeepList(selection.bits));
    manifest.keep = {kKeepFile, Sha256Hex(bytes)};
    DOODLE_RETURN_IF_ERROR(directory->WriteFile(kKeepFile, bytes));
  }
  manifest.digest = ManifestDigest(manifest);
  DOODLE_RETURN_IF_ERROR(directory->WriteFile(kManifestFile, SerializeManifest(manifest)));
  return directory->Commit();
}

// From the new dataset to the shards, as the manifest can hold it.
absl::StatusOr<std::string> BaseOf(const std::string& shards, const std::string& output) {
  std::string base = std::filesystem::path(shards).lexically_normal().lexically_relative(
      std::filesystem::path(output).lexically_normal());
  if (base.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("no relative path leads from ", output, " to ", shards));
  }
  if (FirstInvalidUtf8(base) != base.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the path to the shards is not UTF-8, and a manifest must be: ", ReplaceInvalidUtf8(base)));
  }
  return base;
}

}  // namespace

absl::StatusOr<DeriveReport> DeriveDataset(FileSystem& files, const DeriveOptions& options) {
  if (files.Exists(options.output)) return absl::AlreadyExistsError(absl::StrCat(options.output, ": already exists"));
  DOODLE_ASSIGN_OR_RETURN(const DatasetFiles source, OpenDatasetFiles(files, options.source));
  DOODLE_ASSIGN_OR_RETURN(FilterPass filter, FilterPass::Create(options.filter, source.manifest.classes));
  Selector selector(options, std::move(filter));
  DOODLE_ASSIGN_OR_RETURN(const Selection selection, Select(files, source, options, selector));
  if (selection.drawings == 0) return absl::InvalidArgumentError("no drawing would be left");
  DeriveReport report;
  report.dropped = selection.dropped;
  report.unknown_keys = selector.unknown_keys();
  report.manifest = source.manifest;
  report.manifest.version = ManifestVersionOf(report.manifest);
  DOODLE_ASSIGN_OR_RETURN(report.manifest.base, BaseOf(source.shard_directory, options.output));
  report.manifest.keep.reset();
  report.manifest.drawings = selection.drawings;
  report.manifest.sample_digest = selection.sample_digest;
  DOODLE_ASSIGN_OR_RETURN(report.manifest.splits, SplitsOf(files, source, options, selection));
  const bool with_keep_list = selection.dropped > 0 || !source.keep.empty();
  DOODLE_RETURN_IF_ERROR(Write(files, options, selection, with_keep_list, report.manifest), options.output);
  return report;
}

absl::StatusOr<absl::flat_hash_set<uint64_t>> ReadKeyFile(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(const std::string text, ReadFile(files, path));
  absl::flat_hash_set<uint64_t> keys;
  uint64_t number = 0;
  for (const absl::string_view whole : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view line = absl::StripAsciiWhitespace(whole);
    if (line.empty() || (number == 1 && absl::StartsWith(line, "key"))) continue;
    uint64_t key = 0;
    if (!absl::SimpleAtoi(line.substr(0, line.find(',')), &key)) {
      return absl::InvalidArgumentError(absl::StrCat(path, ":", number, ": no key at the start of the line"));
    }
    keys.insert(key);
  }
  return keys;
}

}  // namespace doodle
