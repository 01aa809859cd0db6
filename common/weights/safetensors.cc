#include "common/weights/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/weights/tensor_shape.h"

namespace doodle {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMaximumHeader = 100'000'000;
constexpr uint64_t kMaximumFile = 64ULL << 30;
constexpr char kMetadataKey[] = "__metadata__";

constexpr std::array<std::pair<TensorType, const char*>, 10> kTypeNames = {{{TensorType::kF64, "F64"},
                                                                            {TensorType::kF32, "F32"},
                                                                            {TensorType::kF16, "F16"},
                                                                            {TensorType::kBf16, "BF16"},
                                                                            {TensorType::kI64, "I64"},
                                                                            {TensorType::kI32, "I32"},
                                                                            {TensorType::kI16, "I16"},
                                                                            {TensorType::kI8, "I8"},
                                                                            {TensorType::kU8, "U8"},
                                                                            {TensorType::kBool, "BOOL"}}};

const char* TypeName(TensorType type) {
  return std::ranges::find(kTypeNames, type, [](const auto& entry) { return entry.first; })->second;
}

std::optional<TensorType> TypeOf(const std::string& name) {
  for (const auto& [type, type_name] : kTypeNames) {
    if (name == type_name) return type;
  }
  return std::nullopt;
}

std::vector<const NamedTensor*> DataOrder(const TensorFile& file) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& tensor : file.tensors) order.push_back(&tensor);
  std::ranges::stable_sort(order, std::greater<>(), [](const NamedTensor* t) { return TensorTypeSize(t->type); });
  return order;
}

std::string Header(const TensorFile& file, const std::vector<const NamedTensor*>& order) {
  std::map<const NamedTensor*, uint64_t> begins;
  uint64_t end = 0;
  for (const NamedTensor* tensor : order) {
    begins[tensor] = end;
    end += tensor->data.size();
  }
  Json json = Json::object();
  if (!file.metadata.empty()) json[kMetadataKey] = file.metadata;
  for (const NamedTensor& tensor : file.tensors) {
    uint64_t begin = begins[&tensor];
    json[tensor.name] = {{"dtype", TypeName(tensor.type)},
                         {"shape", tensor.shape},
                         {"data_offsets", {begin, begin + tensor.data.size()}}};
  }
  // Names and metadata may hold bytes that are not UTF-8; they are replaced rather than thrown about.
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string header(kLengthBytes, '\0');
  uint64_t length = text.size();
  std::memcpy(header.data(), &length, sizeof(length));
  return header + text;
}

absl::Status Damaged(absl::string_view what) { return absl::DataLossError(absl::StrCat("safetensors: ", what)); }

struct Slice {
  uint64_t begin = 0;
  uint64_t end = 0;
};

absl::Status ParseEntry(const Json& entry, NamedTensor& tensor, Slice& slice) {
  auto is_sizes = [](const Json& json) {
    return json.is_array() && std::ranges::all_of(json, [](const Json& x) { return x.is_number_unsigned(); });
  };
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") ||
      !is_sizes(entry["shape"]) || !entry.contains("data_offsets") || !is_sizes(entry["data_offsets"]) ||
      entry["data_offsets"].size() != 2) {
    return Damaged("not an object of dtype, shape and data_offsets");
  }
  std::optional<TensorType> type = TypeOf(entry["dtype"].get<std::string>());
  if (!type) return Damaged(absl::StrCat("unknown dtype ", entry["dtype"].get<std::string>()));
  tensor.type = *type;
  tensor.shape = entry["shape"].get<std::vector<int64_t>>();
  slice = {entry["data_offsets"][0].get<uint64_t>(), entry["data_offsets"][1].get<uint64_t>()};
  std::optional<uint64_t> count = ElementCount(tensor.shape);
  if (!count || slice.end < slice.begin ||
      slice.end - slice.begin != *count * static_cast<uint64_t>(TensorTypeSize(*type))) {
    return Damaged("data_offsets do not match the shape");
  }
  return absl::OkStatus();
}

absl::Status ParseMetadata(const Json& json, std::map<std::string, std::string>& metadata) {
  if (!json.is_object()) return Damaged("__metadata__ is not an object");
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return Damaged(absl::StrCat("__metadata__: ", key, " is not a string"));
    metadata[key] = value.get<std::string>();
  }
  return absl::OkStatus();
}

// Together the slices are [0, size), each byte once.
absl::Status CheckCover(std::vector<Slice> slices, uint64_t size) {
  std::ranges::sort(slices, {}, [](const Slice& slice) { return std::pair(slice.begin, slice.end); });
  uint64_t end = 0;
  for (const Slice& slice : slices) {
    if (slice.begin != end) return Damaged(absl::StrCat("hole or overlap at byte ", end));
    end = slice.end;
  }
  if (end != size) return Damaged(absl::StrCat("holds ", size, " bytes of data, the header says ", end));
  return absl::OkStatus();
}

absl::StatusOr<Json> ParseHeader(absl::string_view bytes, uint64_t& data_begin) {
  if (bytes.size() < kLengthBytes) return Damaged("shorter than its length field");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof(length));
  if (length > kMaximumHeader) return Damaged("header over 100 MB");
  if (length > bytes.size() - kLengthBytes) return Damaged("ends within the header");
  data_begin = kLengthBytes + length;
  absl::string_view text = bytes.substr(kLengthBytes, length);
  Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Damaged("the header is not a JSON object");
  return json;
}

}  // namespace

absl::Status WriteSafetensors(const TensorFile& file, absl::FunctionRef<absl::Status(absl::string_view)> append) {
  std::vector<const NamedTensor*> order = DataOrder(file);
  DOODLE_RETURN_IF_ERROR(append(Header(file, order)));
  for (const NamedTensor* tensor : order) DOODLE_RETURN_IF_ERROR(append(tensor->data));
  return absl::OkStatus();
}

std::string SerializeSafetensors(const TensorFile& file) {
  std::string bytes;
  absl::Status status = WriteSafetensors(file, [&](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  status.IgnoreError();  // This sink does not fail.
  return bytes;
}

absl::StatusOr<TensorFile> ParseSafetensors(absl::string_view bytes) {
  uint64_t data_begin = 0;
  DOODLE_ASSIGN_OR_RETURN(Json json, ParseHeader(bytes, data_begin));
  absl::string_view data = bytes.substr(data_begin);
  TensorFile file;
  std::vector<Slice> slices;
  for (const auto& [name, entry] : json.items()) {
    if (name == kMetadataKey) {
      DOODLE_RETURN_IF_ERROR(ParseMetadata(entry, file.metadata));
      continue;
    }
    NamedTensor tensor{.name = name};
    DOODLE_RETURN_IF_ERROR(ParseEntry(entry, tensor, slices.emplace_back()), name);
    file.tensors.push_back(std::move(tensor));
  }
  DOODLE_RETURN_IF_ERROR(CheckCover(slices, data.size()));
  for (size_t i = 0; i < slices.size(); ++i) {
    file.tensors[i].data = std::string(data.substr(slices[i].begin, slices[i].end - slices[i].begin));
  }
  return file;
}

absl::StatusOr<TensorFile> ReadSafetensors(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(std::string bytes, ReadFile(files, path, kMaximumFile));
  DOODLE_ASSIGN_OR_RETURN(TensorFile file, ParseSafetensors(bytes), path);
  return file;
}

}  // namespace doodle
