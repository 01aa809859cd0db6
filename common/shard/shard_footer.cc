#include "common/shard/shard_footer.h"

#include <algorithm>
#include <bit>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/io/bytes.h"
#include "common/io/checksum.h"
#include "common/shard/column_codec.h"
#include "common/shard/key_order.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// DO NOT CHANGE: the first bytes of every shard, and the last before the trailer's checksum.
constexpr absl::string_view kMagic = "DOODLESH";
constexpr absl::string_view kEndMagic = "DEND";

constexpr uint64_t kColumnLimit = uint64_t{10} * kShardDrawings;

// Keys in rising order of the *key*, whose distances are small, unlike those of the hashes; the reader sorts them by
// hash again. The low bits that all distances lack are shifted out (the game's keys are multiples of 2^21).
std::string EncodeKeys(const std::vector<ShardRow>& rows) {
  std::vector<uint64_t> keys;
  keys.reserve(rows.size());
  for (const ShardRow& row : rows) keys.push_back(KeyOfHash(row.key_hash));
  std::sort(keys.begin(), keys.end());
  uint64_t bits = 0;
  for (size_t i = 1; i < keys.size(); ++i) bits |= keys[i] - keys[i - 1];
  const int shift = bits == 0 ? 0 : std::countr_zero(bits);
  std::string out;
  out.push_back(static_cast<char>(shift));
  PutVarint(out, keys.front());
  for (size_t i = 1; i < keys.size(); ++i) PutVarint(out, (keys[i] - keys[i - 1]) >> shift);
  return out;
}

absl::Status DecodeKeys(absl::string_view column, std::vector<ShardRow>& rows) {
  ByteReader in(column);
  const int shift = in.Byte() & 63;
  uint64_t key = in.Varint();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) key += in.Varint() << shift;
    rows[i].key_hash = KeyHash(key);
  }
  if (!in.AtEnd()) return absl::DataLossError("keys do not fit the number of drawings");
  std::sort(rows.begin(), rows.end(), [](const ShardRow& a, const ShardRow& b) { return a.key_hash < b.key_hash; });
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].key_hash == rows[i - 1].key_hash) return absl::DataLossError("a key occurs twice");
  }
  return absl::OkStatus();
}

// Two planes, low and high byte: with up to 256 classes the second is all zero and costs nothing.
std::string EncodeLabels(const std::vector<ShardRow>& rows) {
  std::string out;
  for (const int shift : {0, 8}) {
    for (const ShardRow& row : rows) out.push_back(static_cast<char>(row.label >> shift));
  }
  return out;
}

absl::Status DecodeLabelsAndFlags(absl::string_view labels, absl::string_view flags, std::vector<ShardRow>& rows) {
  const size_t n = rows.size();
  if (labels.size() != 2 * n || flags.size() != n)
    return absl::DataLossError("labels do not fit the number of drawings");
  for (size_t i = 0; i < n; ++i) {
    rows[i].label = static_cast<uint8_t>(labels[i]) | static_cast<uint32_t>(static_cast<uint8_t>(labels[n + i])) << 8;
    rows[i].flags = static_cast<uint8_t>(flags[i]);
    if (rows[i].flags > 2) return absl::DataLossError(absl::StrCat("unknown flags in drawing ", i));
  }
  return absl::OkStatus();
}

absl::StatusOr<ShardFooter> TakeIndex(ByteReader& in) {
  ShardFooter footer;
  const uint64_t drawings = in.Varint();
  const uint64_t blocks = in.Varint();
  if (!in.ok() || drawings == 0 || drawings > kShardDrawings ||
      blocks != (drawings + kBlockDrawings - 1) / kBlockDrawings) {
    return absl::DataLossError("impossible number of drawings or blocks");
  }
  footer.rows.resize(drawings);
  uint64_t offset = kShardHeaderBytes;
  for (uint64_t block = 0; block < blocks; ++block) {
    const uint64_t bytes = in.Varint();
    const uint32_t crc = in.Fixed<uint32_t>();
    footer.blocks.push_back({offset, bytes, crc});
    offset += bytes;
  }
  if (!in.ok()) return absl::DataLossError("block index ends early");
  return footer;
}

}  // namespace

std::string EncodeShardHeader(PointsKind points) {
  std::string out(kMagic);
  PutFixed<uint32_t>(out, ShardVersionOf(points));
  PutFixed<uint32_t>(out, Crc32c(out));
  return out;
}

absl::StatusOr<uint32_t> DecodeShardHeader(absl::string_view bytes) {
  if (bytes.size() != kShardHeaderBytes || !absl::StartsWith(bytes, kMagic))
    return absl::DataLossError("not a shard file");
  ByteReader in(bytes.substr(kMagic.size()));
  const uint32_t version = in.Fixed<uint32_t>();
  if (in.Fixed<uint32_t>() != Crc32c(bytes.substr(0, 12))) return absl::DataLossError("header: bad checksum");
  if (version < 1 || version > kShardVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("shard version ", version, ", this program reads versions up to ", kShardVersion));
  }
  return version;
}

absl::StatusOr<std::string> EncodeShardFooter(const ShardFooter& footer) {
  std::string out;
  PutVarint(out, footer.rows.size());
  PutVarint(out, footer.blocks.size());
  for (const BlockEntry& block : footer.blocks) {
    PutVarint(out, block.bytes);
    PutFixed<uint32_t>(out, block.crc32c);
  }
  std::string flags;
  for (const ShardRow& row : footer.rows) flags.push_back(static_cast<char>(row.flags));
  DOODLE_RETURN_IF_ERROR(AppendColumn(EncodeKeys(footer.rows), out));
  DOODLE_RETURN_IF_ERROR(AppendColumn(EncodeLabels(footer.rows), out));
  DOODLE_RETURN_IF_ERROR(AppendColumn(flags, out));
  return out;
}

absl::StatusOr<ShardFooter> DecodeShardFooter(absl::string_view bytes) {
  ByteReader in(bytes);
  DOODLE_ASSIGN_OR_RETURN(ShardFooter footer, TakeIndex(in));
  DOODLE_ASSIGN_OR_RETURN(const std::string keys, TakeColumn(in, kColumnLimit), "keys");
  DOODLE_ASSIGN_OR_RETURN(const std::string labels, TakeColumn(in, kColumnLimit), "labels");
  DOODLE_ASSIGN_OR_RETURN(const std::string flags, TakeColumn(in, kColumnLimit), "flags");
  if (!in.AtEnd()) return absl::DataLossError("bytes after the last column");
  DOODLE_RETURN_IF_ERROR(DecodeKeys(keys, footer.rows));
  DOODLE_RETURN_IF_ERROR(DecodeLabelsAndFlags(labels, flags, footer.rows));
  return footer;
}

std::string EncodeShardTrailer(const ShardTrailer& trailer) {
  std::string out;
  PutFixed<uint64_t>(out, trailer.file_bytes);
  PutFixed<uint32_t>(out, trailer.footer_bytes);
  PutFixed<uint32_t>(out, trailer.footer_crc32c);
  absl::StrAppend(&out, kEndMagic);
  PutFixed<uint32_t>(out, Crc32c(out));
  return out;
}

absl::StatusOr<ShardTrailer> DecodeShardTrailer(absl::string_view bytes) {
  if (bytes.size() != kShardTrailerBytes) return absl::DataLossError("truncated: no trailer");
  ByteReader in(bytes);
  ShardTrailer trailer;
  trailer.file_bytes = in.Fixed<uint64_t>();
  trailer.footer_bytes = in.Fixed<uint32_t>();
  trailer.footer_crc32c = in.Fixed<uint32_t>();
  if (in.Bytes(4) != kEndMagic) return absl::DataLossError("truncated or damaged: no trailer at the end");
  if (in.Fixed<uint32_t>() != Crc32c(bytes.substr(0, 20))) return absl::DataLossError("trailer: bad checksum");
  return trailer;
}

}  // namespace doodle
