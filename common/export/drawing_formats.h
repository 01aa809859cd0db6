// One drawing in the formats of others. Pure.
#ifndef DOODLE_COMMON_EXPORT_DRAWING_FORMATS_H_
#define DOODLE_COMMON_EXPORT_DRAWING_FORMATS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Appends a JSON object in one line with the keys of Google's ndjson and in their order, ended by a line break; strokes
// are [x, y], those of a raw drawing [x, y, t]. What is not known (country, time, recognized) has no key. Read back by
// ingest it is the same drawing, but that the times of simplified points are lost, for which the format has no place.
// Source: https://github.com/googlecreativelab/quickdraw-dataset
void AppendNdjson(const Drawing& drawing, std::string& out);

// Appends a record of Google's .bin (same source): u64 key, 2 bytes country, u8 recognized, u32 time in seconds, u16
// strokes, and for each u16 points, x bytes, y bytes; little endian. The format holds no word and cannot say "not
// known": country is then two zero bytes, time 0, recognized 1. INVALID_ARGUMENT for a drawing that does not fit, as a
// raw one.
absl::Status AppendBin(const Drawing& drawing, std::string& out);

// Appends a file to a tar archive in the POSIX ustar format: header, `content`, padding to 512 bytes. Every field that
// could differ between two runs (owner, time) is 0. `name` has at most 100 bytes.
void AppendTarFile(absl::string_view name, absl::string_view content, std::string& out);

// What ends an archive: two blocks of zeros.
void AppendTarEnd(std::string& out);

}  // namespace doodle

#endif  // DOODLE_COMMON_EXPORT_DRAWING_FORMATS_H_
