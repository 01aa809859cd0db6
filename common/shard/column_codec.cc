#include "common/shard/column_codec.h"

#include <zstd.h>

#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

// Columns are short and mostly entropy-coded: on real drawings level 12 takes three times as long and gains nothing.
constexpr int kLevel = 1;

}  // namespace

absl::Status AppendColumn(absl::string_view raw, std::string& out) {
  std::string frame(ZSTD_compressBound(raw.size()), '\0');
  const size_t size = ZSTD_compress(frame.data(), frame.size(), raw.data(), raw.size(), kLevel);
  if (ZSTD_isError(size)) return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(size)));
  frame.resize(size);
  const absl::string_view stored = size < raw.size() ? absl::string_view(frame) : raw;
  PutVarint(out, raw.size());
  PutVarint(out, stored.size());
  out.append(stored.data(), stored.size());
  return absl::OkStatus();
}

absl::StatusOr<std::string> TakeColumn(ByteReader& in, uint64_t limit) {
  const uint64_t raw_size = in.Varint();
  const uint64_t stored_size = in.Varint();
  const absl::string_view stored = in.Bytes(stored_size);
  if (!in.ok()) return absl::DataLossError("column ends early");
  if (raw_size > limit) return absl::DataLossError(absl::StrCat("column of ", raw_size, " bytes, more than ", limit));
  if (stored_size == raw_size) return std::string(stored);
  std::string raw(raw_size, '\0');
  const size_t size = ZSTD_decompress(raw.data(), raw.size(), stored.data(), stored.size());
  if (ZSTD_isError(size)) return absl::DataLossError(absl::StrCat("zstd: ", ZSTD_getErrorName(size)));
  if (size != raw_size) return absl::DataLossError("column is shorter than it says");
  return raw;
}

}  // namespace doodle
