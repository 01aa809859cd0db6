#include "common/spec/spec_checks.h"

#include <cmath>
#include <cstdint>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

// 1000000, not 1e+06.
std::string NumberText(double value) {
  constexpr double kExact = 1e15;
  const bool whole = value == std::floor(value) && std::abs(value) < kExact;
  return whole ? absl::StrCat(static_cast<int64_t>(value)) : absl::StrCat(value);
}

absl::Status OutOfRange(absl::string_view path, double value, absl::string_view range) {
  return InvalidField(path, absl::StrCat("must be ", range, ", is ", NumberText(value)));
}

}  // namespace

absl::Status UnderField(const absl::Status& status, absl::string_view prefix) {
  if (FieldOf(status).empty()) return Annotate(status, prefix);
  absl::Status moved(status.code(), absl::StrCat(prefix, ".", status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& field) {
    moved.SetPayload(url, absl::Cord(absl::StrCat(prefix, ".", std::string(field))));
  });
  return moved;
}

absl::Status UnsupportedValue(absl::string_view path, absl::string_view value, absl::string_view supported) {
  const absl::Status plain = UnsupportedField(path);
  absl::Status status(plain.code(), absl::StrCat(path, ": \"", value, "\" is not supported yet, only ", supported));
  plain.ForEachPayload([&](absl::string_view url, const absl::Cord& field) { status.SetPayload(url, field); });
  return status;
}

absl::Status CheckBetween(absl::string_view path, double value, double low, double high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return OutOfRange(path, value, absl::StrCat("from ", NumberText(low), " to ", NumberText(high)));
}

absl::Status CheckFromToBelow(absl::string_view path, double value, double low, double below) {
  if (value >= low && value < below) return absl::OkStatus();
  return OutOfRange(path, value, absl::StrCat("from ", NumberText(low), " to below ", NumberText(below)));
}

absl::Status CheckAtLeast(absl::string_view path, double value, double low) {
  if (std::isfinite(value) && value >= low) return absl::OkStatus();
  return OutOfRange(path, value, absl::StrCat("at least ", NumberText(low)));
}

absl::Status CheckAbove(absl::string_view path, double value, double low) {
  if (std::isfinite(value) && value > low) return absl::OkStatus();
  return OutOfRange(path, value, absl::StrCat("above ", NumberText(low)));
}

}  // namespace doodle
