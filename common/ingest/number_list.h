// Lists of small numbers in JSON text, a few processor cycles a number.
#ifndef DOODLE_COMMON_INGEST_NUMBER_LIST_H_
#define DOODLE_COMMON_INGEST_NUMBER_LIST_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace doodle {

// Goes over `[[[12,34],[5,6]],...]`: brackets one by one, numbers a list at a time. First 64 bytes at a time are
// searched for commas and brackets, eight in a step; then each number is taken from the four bytes before the mark that
// ends it, without a branch on its digits. kLinePadding bytes behind `end` must be readable. Thread-compatible.
class NumberListCursor {
 public:
  NumberListCursor(const char* begin, const char* end) : next_(begin), block_(begin), end_(end) {}

  // Where the next byte is taken.
  const char* next() const { return next_; }

  // Takes `mark`, "[", "]" or ",", after one blank at most. False where something else is.
  bool Take(char mark) {
    SkipBlank();
    const char* const at = NextMark();
    const bool found = at == next_ && *at == mark;
    next_ = at + 1;
    return found;
  }

  // Takes "," or "]". False for anything else, and for "]" where `more` is false.
  bool TakeCommaOrEnd(bool& more) {
    const char* const at = NextMark();
    const bool found = at == next_ && (*at == ',' || *at == ']');
    more = *at == ',';
    next_ = at + 1;
    return found;
  }

  // Takes numbers up to and with "]", behind the "[" taken before; from out[count] on, `limit` in all. False for a list
  // that is empty or too long, or has anything but whole numbers 0..255 as JSON writes them; then `out` holds garbage.
  bool TakeNumbers(uint8_t* out, size_t limit, size_t& count) {
    uint32_t bad = 0;
    const char* at = nullptr;
    do {
      SkipBlank();
      at = NextMark();
      const auto digits = static_cast<size_t>(at - next_);
      if (digits - 1 > 2 || count == limit) return false;
      out[count++] = TakeNumber(at, digits, bad);
      next_ = at + 1;
    } while (*at == ',');
    return bad == 0 && *at == ']';
  }

 private:
  // One to three digits before `at`. At least four bytes lie there: the drawing's name does.
  static uint8_t TakeNumber(const char* at, size_t digits, uint32_t& bad) {
    constexpr std::array<uint32_t, 4> kLeast = {0, 0, 0x100, 0x10000};  // No leading zeros.
    uint32_t text = 0;
    std::memcpy(&text, at - 4, 4);
    const uint32_t used = ~uint32_t{0} << (32 - 8 * digits);
    const uint32_t values = text & used & 0x0f0f0f0f;
    const uint32_t order = __builtin_bswap32(values);
    bad |= ((text ^ 0x30303030) & used & 0xf0f0f0f0) | ((values + 0x06060606) & 0xf0f0f0f0);  // Not a digit.
    bad |= static_cast<uint32_t>(order > 0x020505) | static_cast<uint32_t>(order < kLeast[digits]);
    return static_cast<uint8_t>(values * ((100U << 16) + (10U << 8) + 1) >> 24);
  }

  void SkipBlank() { next_ += static_cast<int>(*next_ == ' '); }

  // The next comma or byte with bit 6, which brackets have and digits have not; every byte from end_ on counts as one.
  const char* NextMark() {
    while (marks_ == 0) {
      marks_ = MarksOf(block_);
      block_ += kBlock;
    }
    const char* const at = block_ - kBlock + std::countr_zero(marks_);
    marks_ &= marks_ - 1;
    return at;
  }

  uint64_t MarksOf(const char* block) const {
    if (block >= end_) return ~uint64_t{0};
    uint64_t marks = 0;
    for (size_t i = 0; i < kBlock; i += 8) marks |= MarksOfEight(block + i) << i;
    if (end_ - block < static_cast<ptrdiff_t>(kBlock)) marks |= ~uint64_t{0} << (end_ - block);
    return marks;
  }

  // A bit for each of eight bytes.
  static uint64_t MarksOfEight(const char* bytes) {
    constexpr uint64_t kOnes = 0x0101010101010101;
    uint64_t text = 0;
    std::memcpy(&text, bytes, 8);
    const uint64_t other = text ^ (',' * kOnes);  // Zero where a comma is.
    const uint64_t comma = ~(((other & (0x7f * kOnes)) + 0x7f * kOnes) | other);
    const uint64_t high = (comma | text << 1) & (0x80 * kOnes);
    return (high >> 7) * 0x0102040810204080 >> 56;
  }

  static constexpr size_t kBlock = 64;

  const char* next_;
  const char* block_;  // The next one to search.
  const char* const end_;
  uint64_t marks_ = 0;  // Of the block before block_, those not yet taken.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_NUMBER_LIST_H_
