// What `datasets show` does with a file of bitmaps, and what both ways of showing share.
#ifndef DOODLE_CLI_SHOW_BITMAPS_H_
#define DOODLE_CLI_SHOW_BITMAPS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "cli/environment.h"
#include "common/render/gray_image.h"

namespace doodle {

inline constexpr int kSheetColumns = 10;

// The first `count` bitmaps (at most 1000) of a .npy file: in the terminal, as JSON, or as the picture `out` unless
// that is empty. INVALID_ARGUMENT for a file without bitmaps; the errors of NpyFile.
absl::Status ShowBitmaps(Environment& environment, const std::string& path, uint64_t count, const std::string& out);

// Writes the sheet of `pictures` pictures to `out` and says so.
absl::Status WriteShownSheet(Environment& environment, const GrayImage& sheet, const std::string& out, size_t pictures);

}  // namespace doodle

#endif  // DOODLE_CLI_SHOW_BITMAPS_H_
