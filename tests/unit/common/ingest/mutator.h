// Damages text in the ways that files of drawings are damaged, the same way for the same seed.
#ifndef DOODLE_TESTS_UNIT_COMMON_INGEST_MUTATOR_H_
#define DOODLE_TESTS_UNIT_COMMON_INGEST_MUTATOR_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>

namespace doodle {

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  // Below `count`, which is at least 1.
  size_t Below(size_t count) { return random_() % count; }

  // One bit of one byte; `bytes` is not empty.
  void FlipBit(std::string& bytes) {
    char& byte = bytes[Below(bytes.size())];
    byte = static_cast<char>(byte ^ (1 << Below(8)));
  }

  // One to three kinds of damage. The result can be empty, hold line ends, or be sound by chance.
  std::string Damage(std::string text) {
    for (size_t left = 1 + Below(3); left > 0 && !text.empty(); --left) DamageOnce(text);
    return text;
  }

 private:
  void DamageOnce(std::string& text) {
    const size_t at = Below(text.size());
    switch (Below(7)) {
      case 0:
        return FlipBit(text);
      case 1:
        return text.resize(at);
      case 2:
        text.erase(at, 1 + Below(40));
        return;
      case 3:
        text.insert(Below(text.size()), text.substr(at, 1 + Below(40)));
        return;
      case 4:
        return ReplaceNumber(text, at);
      case 5:
        text.insert(at, OneOf(kBrokenText));
        return;
      default:
        text.insert(at, 1, "[]{},:\"-0"[Below(9)]);
        return;
    }
  }

  // The first number from `at` on.
  void ReplaceNumber(std::string& text, size_t at) {
    const size_t begin = std::min(text.find_first_of("0123456789", at), text.size());
    const size_t end = std::min(text.find_first_not_of("0123456789", begin), text.size());
    text.replace(begin, end - begin, OneOf(kNumbers));
  }

  template <size_t count>
  std::string OneOf(const std::array<const char*, count>& choices) {
    return choices[Below(count)];
  }

  static constexpr std::array<const char*, 14> kNumbers = {
      "-1",  "-0",     "00",  "256", "1.5", "NaN", "Infinity", "1e308", "-1e999", "1e-400", "99999999999999999999999",
      "0x1", "999999", "null"};
  // A lead byte alone, bytes of no text, halves of surrogate pairs, an end of text.
  static constexpr std::array<const char*, 6> kBrokenText = {"\xC3(",   "\xFF\xFE", "\xED\xA0\x80",
                                                             "\\ud800", "\\u0000",  "\x01"};

  std::mt19937_64 random_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_INGEST_MUTATOR_H_
