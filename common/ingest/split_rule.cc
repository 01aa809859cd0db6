#include "common/ingest/split_rule.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/ids/names.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kShareDigits = 6;             // After the point.
constexpr uint64_t kWholeShare = 100'000'000;  // 100 % in millionths of a percent.

bool ParseDigits(absl::string_view text, uint64_t& value) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit) && absl::SimpleAtoi(text, &value);
}

// "12.5" to 12'500'000: exact, where a double would not round down as documented.
bool ParseShare(absl::string_view text, uint64_t& millionths) {
  const size_t point = std::min(text.find('.'), text.size());
  std::string fraction(text.substr(std::min(point + 1, text.size())));
  if (point != text.size() && (fraction.empty() || fraction.size() > kShareDigits)) return false;
  fraction.resize(kShareDigits, '0');
  uint64_t whole = 0;
  uint64_t part = 0;
  if (!ParseDigits(text.substr(0, point), whole) || !ParseDigits(fraction, part) || whole > 100) return false;
  millionths = whole * 1'000'000 + part;
  return millionths <= kWholeShare;
}

uint64_t SizeOf(const SplitRule& rule, uint64_t drawings) {
  if (!rule.is_share) return rule.value;
  return static_cast<uint64_t>(absl::uint128(drawings) * rule.value / kWholeShare);
}

}  // namespace

absl::StatusOr<SplitRule> ParseSplitRule(absl::string_view text) {
  const auto bad = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("split \"", text, "\": ", why));
  };
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos) return bad("not NAME=COUNT or NAME=SHARE%");
  SplitRule rule;
  rule.name = std::string(text.substr(0, equals));
  absl::string_view value = text.substr(equals + 1);
  rule.is_share = absl::EndsWith(value, "%");
  if (rule.is_share) value.remove_suffix(1);
  if (!(rule.is_share ? ParseShare(value, rule.value) : ParseDigits(value, rule.value))) {
    return bad("not a number of drawings or a share of 0% to 100%");
  }
  DOODLE_RETURN_IF_ERROR(ValidateName("split", rule.name));
  if (rule.name == kTrainSplit) return bad("\"train\" is what the other splits leave");
  return rule;
}

absl::StatusOr<std::vector<SplitSize>> CutSplits(const std::vector<SplitRule>& rules, uint64_t drawings) {
  std::vector<SplitSize> sizes;
  uint64_t rest = drawings;
  for (const SplitRule& rule : rules) {
    DOODLE_RETURN_IF_ERROR(ValidateName("split", rule.name));
    const bool repeated =
        std::any_of(sizes.begin(), sizes.end(), [&](const auto& size) { return size.name == rule.name; });
    if (repeated || rule.name == kTrainSplit) {
      return absl::InvalidArgumentError(absl::StrCat("split ", rule.name, " is named twice"));
    }
    const uint64_t size = SizeOf(rule, drawings);
    if (size > rest) {
      return absl::InvalidArgumentError(absl::StrCat("split ", rule.name, " asks for ", size, " drawings, only ", rest,
                                                     " of ", drawings, " are left"));
    }
    rest -= size;
    sizes.push_back({rule.name, size});
  }
  sizes.push_back({kTrainSplit, rest});
  return sizes;
}

}  // namespace doodle
