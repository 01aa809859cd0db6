#include "common/ingest/timestamp.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace doodle {
namespace {

// The number of `count` digits at `at`; -1 when a character is no digit.
int Digits(absl::string_view text, size_t at, size_t count) {
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return -1;
    value = 10 * value + (text[i] - '0');
  }
  return value;
}

// ".07453" to 74; -1 for anything but a point and 1 to 9 digits. Nothing is 0.
int Milliseconds(absl::string_view fraction) {
  if (fraction.empty()) return 0;
  if (fraction[0] != '.' || fraction.size() < 2 || fraction.size() > 10) return -1;
  if (Digits(fraction, 1, fraction.size() - 1) < 0) return -1;
  int value = 0;
  for (size_t i = 1; i <= 3; ++i) value = 10 * value + (i < fraction.size() ? fraction[i] - '0' : 0);
  return value;
}

}  // namespace

absl::StatusOr<int64_t> ParseTimestamp(absl::string_view text) {
  constexpr absl::string_view kPattern = "0000-00-00 00:00:00";
  const auto bad = [&] {
    return absl::InvalidArgumentError(absl::StrCat("bad timestamp \"", text.substr(0, 40), "\""));
  };
  absl::string_view rest = text;
  if (absl::EndsWith(rest, " UTC")) rest.remove_suffix(4);
  if (rest.size() < kPattern.size()) return bad();
  for (const size_t at : {4, 7, 10, 13, 16}) {
    if (rest[at] != kPattern[at]) return bad();
  }
  const int year = Digits(rest, 0, 4), month = Digits(rest, 5, 2), day = Digits(rest, 8, 2);
  const int hour = Digits(rest, 11, 2), minute = Digits(rest, 14, 2), second = Digits(rest, 17, 2);
  const int milliseconds = Milliseconds(rest.substr(kPattern.size()));
  const absl::CivilSecond civil(year, month, day, hour, minute, second);  // Carries over what is out of range.
  if (year < 1970 || hour < 0 || minute < 0 || second < 0 || milliseconds < 0 || civil.month() != month ||
      civil.day() != day || civil.hour() != hour || civil.minute() != minute || civil.second() != second) {
    return bad();
  }
  return absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone())) * 1000 + milliseconds;
}

}  // namespace doodle
