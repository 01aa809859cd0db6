// Live tensors with their names: the parameters and buffers of a model, the state of an optimizer. Copies to and from
// bytes, spare buffers, digests.
#ifndef DOODLE_WORKER_TORCH_TENSOR_ENTRY_H_
#define DOODLE_WORKER_TORCH_TENSOR_ENTRY_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "c10/core/Device.h"
#include "common/weights/named_tensor.h"

namespace doodle {

// `tensor` shares its memory with the owner's.
struct TensorEntry {
  std::string name;
  at::Tensor tensor;
};

using TensorEntries = std::vector<TensorEntry>;

// New tensors of the same names, types, shapes and memory layout, filled with zeros (so that their pages are there);
// on `device`, or where the live ones are.
absl::StatusOr<TensorEntries> SpareLike(const TensorEntries& live, std::optional<c10::Device> device = std::nullopt);

// Copies bytes from `from[i]` to `to[i]`; both were made by SpareLike of the same tensors, or are those. Cheap: one
// memory copy a tensor where the layouts agree. INVALID_ARGUMENT, before the first byte, when names or shapes differ.
absl::Status CopyEntries(const TensorEntries& from, const TensorEntries& to);

// Row-major copies on the host, whatever the memory layout.
absl::StatusOr<NamedTensor> ToNamedTensor(const TensorEntry& entry);
absl::StatusOr<std::vector<NamedTensor>> ToNamedTensors(const TensorEntries& entries);

// Copies `source` over `target` in place; order does not matter. Every name, type and shape is compared before the
// first byte changes: INVALID_ARGUMENT names a missing, surplus or different tensor.
absl::Status LoadEntries(std::span<const NamedTensor> source, const TensorEntries& target);

// The comparison that LoadEntries begins with, alone: whether several loads will all succeed.
absl::Status CheckEntries(std::span<const NamedTensor> source, const TensorEntries& target);

// DigestTensors (common/weights/tensor_digest.h) of the live memory.
absl::StatusOr<std::string> DigestEntries(const TensorEntries& entries);

}  // namespace doodle

#endif  // DOODLE_WORKER_TORCH_TENSOR_ENTRY_H_
