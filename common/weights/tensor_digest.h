// The digest of a set of tensors: equal on two ranks exactly when name, type, shape and bytes of every tensor are.
#ifndef DOODLE_COMMON_WEIGHTS_TENSOR_DIGEST_H_
#define DOODLE_COMMON_WEIGHTS_TENSOR_DIGEST_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "common/io/checksum.h"
#include "common/weights/named_tensor.h"

namespace doodle {

// SHA-256, as hexadecimal, over each tensor in turn. DO NOT CHANGE: manifests hold it. Add in ascending order of
// names. Thread-compatible.
class TensorDigest {
 public:
  // `data`: row-major bytes.
  void Add(absl::string_view name, TensorType type, std::span<const int64_t> shape, absl::string_view data);
  std::string HexDigest();  // Once.

 private:
  Sha256 hash_;
};

// Of all tensors, in ascending order of names whatever the order given.
std::string DigestTensors(std::span<const NamedTensor> tensors);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_TENSOR_DIGEST_H_
