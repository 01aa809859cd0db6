// Input files of a test.
#ifndef DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_FILES_H_
#define DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_FILES_H_

#include <zlib.h>

#include <fstream>
#include <string>

#include "gmock/gmock.h"

namespace doodle {

// Of a StatusOr.
MATCHER_P(IsOkAndHolds, value, "") { return arg.ok() && *arg == value; }

inline void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// One gzip member, after what the file already holds.
inline void AppendGzip(const std::string& path, const std::string& text) {
  gzFile file = gzopen(path.c_str(), "ab");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

// A line of a drawing whose one stroke goes from (0, 0) to (x, 9).
inline std::string LineOf(const std::string& key, const std::string& word = "cat", int x = 5) {
  return R"({"word":")" + word + R"(","key_id":")" + key + R"(","drawing":[[[0,)" + std::to_string(x) + "],[0,9]]]}\n";
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_FILES_H_
