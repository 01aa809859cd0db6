#include "common/status/status.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

constexpr char kFieldPayload[] = "doodle/field";

absl::Status WithField(absl::StatusCode code, absl::string_view field, absl::string_view problem) {
  absl::Status status(code, absl::StrCat(field, ": ", problem));
  status.SetPayload(kFieldPayload, absl::Cord(field));
  return status;
}

}  // namespace

absl::Status Annotate(const absl::Status& status, absl::string_view clause) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(), absl::StrCat(clause, ": ", status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) { annotated.SetPayload(url, payload); });
  return annotated;
}

absl::Status InvalidField(absl::string_view field, absl::string_view problem) {
  return WithField(absl::StatusCode::kInvalidArgument, field, problem);
}

absl::Status UnsupportedField(absl::string_view field) {
  return WithField(absl::StatusCode::kUnimplemented, field, "not supported yet");
}

std::string FieldOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kFieldPayload);
  return payload ? std::string(*payload) : std::string();
}

}  // namespace doodle
