// What a file holds, told by its first bytes; the name decides only where they do not.
#ifndef DOODLE_COMMON_INGEST_CONTENT_FORMAT_H_
#define DOODLE_COMMON_INGEST_CONTENT_FORMAT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace doodle {

enum class ContentFormat {
  kUnknown,
  kNdjson,        // A JSON object with a drawing or a key.
  kTable,         // CSV whose header has key_id and drawing.
  kBin,           // Google's binary records.
  kStrokeArrays,  // .npy of objects, as in the archives of sketch-rnn.
  kBitmaps,       // .npy of numbers: pictures without strokes.
  kSubmission,    // CSV whose header has key_id and word but no drawing: answers, not drawings.
  kZip,           // Also .npz.
  kGzip,
  kZstd,
};

inline constexpr size_t kSniffedBytes = 4096;  // What FormatOf wants to see of a file.

// Of a file that begins with `head`, all of it or kSniffedBytes; `name` may have folders before it. Two formats can
// begin alike: one .bin in 16 million has a key like gzip's first bytes, so that what is a sound record is gzip only
// with .gz in its name. Pure.
ContentFormat FormatOf(absl::string_view head, absl::string_view name);

// `name` without .gz, .zst or .zstd: of what is inside.
absl::string_view WithoutPackingSuffix(absl::string_view name);

// For "expected ..." in a refusal.
inline constexpr absl::string_view kKnownFormats =
    "expected ndjson, a CSV table with the columns key_id and drawing, .bin or .npz, plain or in gzip, zstd or zip";

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_CONTENT_FORMAT_H_
