#include "common/ingest/file_label.h"

#include "absl/strings/strip.h"
#include "common/ingest/content_format.h"

namespace doodle {

std::string LabelOfFile(absl::string_view path) {
  absl::string_view name = WithoutPackingSuffix(path.substr(path.rfind('/') + 1));  // npos + 1 is 0.
  for (const absl::string_view ending : {".bin", ".npz", ".npy"}) {
    if (absl::ConsumeSuffix(&name, ending)) break;
  }
  absl::ConsumeSuffix(&name, ".full");
  for (const absl::string_view beginning : {"full_binary_", "sketchrnn_"}) {
    if (absl::ConsumePrefix(&name, beginning)) break;
  }
  return std::string(name);
}

}  // namespace doodle
