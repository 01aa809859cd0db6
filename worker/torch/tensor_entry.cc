#include "worker/torch/tensor_entry.h"

#include <algorithm>
#include <map>
#include <optional>

#include "ATen/core/grad_mode.h"
#include "ATen/ops/from_blob.h"
#include "ATen/ops/zeros_like.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status.h"
#include "common/weights/tensor_digest.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

constexpr std::pair<TensorType, at::ScalarType> kTypes[] = {
    {TensorType::kF64, at::kDouble},    {TensorType::kF32, at::kFloat}, {TensorType::kF16, at::kHalf},
    {TensorType::kBf16, at::kBFloat16}, {TensorType::kI64, at::kLong},  {TensorType::kI32, at::kInt},
    {TensorType::kI16, at::kShort},     {TensorType::kI8, at::kChar},   {TensorType::kU8, at::kByte},
    {TensorType::kBool, at::kBool}};

std::optional<TensorType> TypeOf(const at::Tensor& tensor) {
  for (const auto& [type, scalar] : kTypes) {
    if (scalar == tensor.scalar_type()) return type;
  }
  return std::nullopt;
}

at::ScalarType ScalarOf(TensorType type) {
  for (const auto& [entry, scalar] : kTypes) {
    if (entry == type) return scalar;
  }
  return at::ScalarType::Undefined;
}

// A row-major tensor on the host, sharing the entry's memory where it is one already.
absl::StatusOr<at::Tensor> RowMajor(const TensorEntry& entry) {
  return CatchTorch(entry.name,
                    [&]() -> absl::StatusOr<at::Tensor> { return entry.tensor.detach().cpu().contiguous(); });
}

absl::string_view Bytes(const at::Tensor& tensor) {  // REQUIRES: row-major, on the host.
  return absl::string_view(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
}

std::vector<int64_t> Shape(const at::Tensor& tensor) { return tensor.sizes().vec(); }

absl::Status Mismatch(absl::string_view name, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat("tensor ", name, ": ", problem));
}

absl::Status CheckFits(const NamedTensor& source, const at::Tensor& target) {
  if (source.shape != Shape(target)) {
    return Mismatch(source.name, absl::StrCat("has shape [", absl::StrJoin(source.shape, ","), "], [",
                                              absl::StrJoin(Shape(target), ","), "] is needed"));
  }
  if (TypeOf(target) != source.type) return Mismatch(source.name, "has another element type");
  if (source.data.size() != target.nbytes()) return Mismatch(source.name, "has too few or too many bytes");
  return absl::OkStatus();
}

using Matches = std::vector<std::pair<const NamedTensor*, at::Tensor>>;

absl::StatusOr<Matches> Match(std::span<const NamedTensor> source, const TensorEntries& target) {
  std::map<absl::string_view, const NamedTensor*> by_name;
  for (const NamedTensor& tensor : source) {
    if (!by_name.emplace(tensor.name, &tensor).second) return Mismatch(tensor.name, "is there twice");
  }
  Matches matches;
  for (const TensorEntry& entry : target) {
    auto found = by_name.find(entry.name);
    if (found == by_name.end()) return Mismatch(entry.name, "is missing");
    DOODLE_RETURN_IF_ERROR(CheckFits(*found->second, entry.tensor));
    matches.emplace_back(found->second, entry.tensor);
    by_name.erase(found);
  }
  if (!by_name.empty()) return Mismatch(by_name.begin()->first, "has no place here");
  return matches;
}

}  // namespace

absl::StatusOr<TensorEntries> SpareLike(const TensorEntries& live, std::optional<c10::Device> device) {
  return CatchTorch("spare buffers", [&]() -> absl::StatusOr<TensorEntries> {
    at::NoGradGuard no_grad;
    TensorEntries spare;
    for (const TensorEntry& entry : live) {
      at::TensorOptions options = entry.tensor.options().device(device.value_or(entry.tensor.device()));
      spare.push_back({entry.name, at::zeros_like(entry.tensor.detach(), options)});
    }
    return spare;
  });
}

absl::Status CopyEntries(const TensorEntries& from, const TensorEntries& to) {
  if (from.size() != to.size()) return absl::InvalidArgumentError("copy between different sets of tensors");
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i].name != to[i].name || from[i].tensor.sizes() != to[i].tensor.sizes() ||
        from[i].tensor.scalar_type() != to[i].tensor.scalar_type()) {
      return Mismatch(from[i].name, absl::StrCat("does not match ", to[i].name));
    }
  }
  return CatchTorch("copy of tensors", [&] {
    at::NoGradGuard no_grad;
    for (size_t i = 0; i < from.size(); ++i) to[i].tensor.copy_(from[i].tensor);
  });
}

absl::StatusOr<NamedTensor> ToNamedTensor(const TensorEntry& entry) {
  std::optional<TensorType> type = TypeOf(entry.tensor);
  if (!type) return Mismatch(entry.name, "has an element type that weight files do not have");
  DOODLE_ASSIGN_OR_RETURN(at::Tensor tensor, RowMajor(entry));
  return NamedTensor{entry.name, *type, Shape(tensor), std::string(Bytes(tensor))};
}

absl::StatusOr<std::vector<NamedTensor>> ToNamedTensors(const TensorEntries& entries) {
  std::vector<NamedTensor> tensors;
  tensors.reserve(entries.size());
  for (const TensorEntry& entry : entries) {
    DOODLE_ASSIGN_OR_RETURN(NamedTensor tensor, ToNamedTensor(entry));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

absl::Status LoadEntries(std::span<const NamedTensor> source, const TensorEntries& target) {
  DOODLE_ASSIGN_OR_RETURN(Matches matches, Match(source, target));
  return CatchTorch("load of tensors", [&] {
    at::NoGradGuard no_grad;
    for (auto& [tensor, place] : matches) {
      // from_blob takes no pointer to const; the blob is only read.
      place.copy_(at::from_blob(const_cast<char*>(tensor->data.data()), tensor->shape, ScalarOf(tensor->type)));
    }
  });
}

absl::Status CheckEntries(std::span<const NamedTensor> source, const TensorEntries& target) {
  return Match(source, target).status();
}

absl::StatusOr<std::string> DigestEntries(const TensorEntries& entries) {
  std::vector<const TensorEntry*> sorted;
  for (const TensorEntry& entry : entries) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, [](const TensorEntry* entry) { return entry->name; });
  TensorDigest digest;
  for (const TensorEntry* entry : sorted) {
    std::optional<TensorType> type = TypeOf(entry->tensor);
    if (!type) return Mismatch(entry->name, "has an element type that weight files do not have");
    DOODLE_ASSIGN_OR_RETURN(at::Tensor tensor, RowMajor(*entry));
    digest.Add(entry->name, *type, Shape(tensor), Bytes(tensor));
  }
  return digest.HexDigest();
}

}  // namespace doodle
