// Arrays of strokes as numpy under Python 2 pickled them: the form of sketch-rnn's published files.
#ifndef DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_PICKLES_H_
#define DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_PICKLES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doodle {

using StrokeRows = std::vector<std::array<int16_t, 3>>;

inline std::string NpyHeaderText(const std::string& type, const std::string& shape) {
  const std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }   \n";
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(text.size()) + '\0' + text;
}

// `announced`: how many arrays header and pickle say there are, where that is not the truth.
inline std::string PickledStrokes(const std::vector<StrokeRows>& drawings, std::optional<size_t> announced = {}) {
  using std::string_literals::operator""s;
  const size_t count = announced.value_or(drawings.size());
  const std::string state = "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"s;
  std::string out = NpyHeaderText("|O", "(" + std::to_string(count) + ",)") + "\x80\x02"s;
  out +=
      "cnumpy.core.multiarray\n_reconstruct\nq\x01"
      "cnumpy\nndarray\nq\x02K\x00\x85U\x01"
      "b\x87Rq\x03(K\x01M"s;
  out += {static_cast<char>(count), static_cast<char>(count >> 8)};
  out +=
      "\x85"
      "cnumpy\ndtype\nq\x04U\x02O8K\x00K\x01\x87Rq\x05(K\x03U\x01|"s +
      state + "K?tb\x89]q\x06("s;
  bool first = true;
  for (const StrokeRows& rows : drawings) {
    out +=
        "h\x01h\x02K\x00\x85U\x01"
        "b\x87R(K\x01K"s +
        static_cast<char>(rows.size()) + "K\x03\x86"s;
    out += first ? "h\x04U\x02i2K\x00K\x01\x87Rq\x08(K\x03U\x01<"s + state + "K\x00tb"s : "h\x08"s;
    first = false;
    std::string bytes;
    for (const auto& row : rows) {
      for (const int16_t value : row) bytes += {static_cast<char>(value), static_cast<char>(value >> 8)};
    }
    out += "\x89U"s + static_cast<char>(bytes.size()) + bytes + "tb"s;
  }
  return out + "etb."s;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_PICKLES_H_
