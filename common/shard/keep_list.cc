#include "common/shard/keep_list.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/io/bytes.h"
#include "common/shard/column_codec.h"
#include "common/shard/shard_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr absl::string_view kMagic = "DOODLEKP";  // DO NOT CHANGE
constexpr uint32_t kVersion = 1;

}  // namespace

absl::StatusOr<std::string> EncodeKeepList(const KeepBits& bits) {
  std::string out(kMagic);
  PutFixed<uint32_t>(out, kVersion);
  for (const std::string& shard : bits) DOODLE_RETURN_IF_ERROR(AppendColumn(shard, out));
  return out;
}

absl::StatusOr<KeepBits> DecodeKeepList(absl::string_view bytes, size_t shards) {
  ByteReader in(bytes);
  if (in.Bytes(kMagic.size()) != kMagic) return absl::DataLossError("not a keep-list");
  const uint32_t version = in.Fixed<uint32_t>();
  if (in.ok() && version != kVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("keep-list version ", version, ", this program reads version ", kVersion));
  }
  KeepBits bits;
  for (size_t i = 0; i < shards; ++i) {
    DOODLE_ASSIGN_OR_RETURN(std::string shard, TakeColumn(in, kShardDrawings / 8), absl::StrCat("shard ", i));
    bits.push_back(std::move(shard));
  }
  if (!in.AtEnd()) return absl::DataLossError("more shards in the keep-list than in the manifest");
  return bits;
}

}  // namespace doodle
