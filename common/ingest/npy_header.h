// The head of numpy's .npy files.
#ifndef DOODLE_COMMON_INGEST_NPY_HEADER_H_
#define DOODLE_COMMON_INGEST_NPY_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

inline constexpr absl::string_view kNpyMagic = "\x93NUMPY";
inline constexpr size_t kMaxNpyHeaderBytes = 4096;  // numpy writes under 200; more is not read.

struct NpyHeader {
  std::string type;             // "|O" for objects, "<i2", "|u1" ...
  std::vector<uint64_t> shape;  // Empty for a single value.
  bool by_column = false;       // fortran_order.
  size_t bytes = 0;             // Where the content begins.

  bool holds_objects() const { return type == "|O" || type == "O"; }
};

// Of a file that begins with `head`. Magic, version (1 to 3), length of the text, and the text: a Python dictionary of
// 'descr', 'fortran_order' and 'shape'. Source: numpy.lib.format. DATA_LOSS for what is not that, or is cut off;
// UNIMPLEMENTED for a type that is a list of fields.
absl::StatusOr<NpyHeader> ParseNpyHeader(absl::string_view head);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_NPY_HEADER_H_
