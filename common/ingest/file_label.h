// The label of files that hold drawings of one class and no words: it is in their names.
#ifndef DOODLE_COMMON_INGEST_FILE_LABEL_H_
#define DOODLE_COMMON_INGEST_FILE_LABEL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace doodle {

// The name without folders, packing (.gz, .zst, .zstd), ending (.bin, .npz, .npy), ".full" before it, and a leading
// "full_binary_" or "sketchrnn_", as Google names its files: "sketchrnn_ice cream.full.npz" is "ice cream".
std::string LabelOfFile(absl::string_view path);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_FILE_LABEL_H_
