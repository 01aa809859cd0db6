#include "common/rpc/status_conversion.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"
#include "doodle/v1/rpc_status.pb.h"

namespace doodle {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/google.rpc.";

// Not past `limit` bytes, and never inside a UTF-8 character.
std::string Cap(absl::string_view message, size_t limit) {
  if (message.size() <= limit) return std::string(message);
  size_t end = limit - 3;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80) --end;
  return absl::StrCat(message.substr(0, end), "...");
}

template <typename Message>
void Pack(absl::string_view name, const Message& message, v1::RpcStatus& status) {
  auto* detail = status.add_details();
  detail->set_type_url(absl::StrCat(kTypePrefix, name));
  detail->set_value(message.SerializeAsString());
}

std::string FieldDetails(const absl::Status& status, const std::string& message, const std::string& field) {
  v1::ErrorInfo info;
  info.set_reason(absl::IsUnimplemented(status) ? "UNSUPPORTED_FIELD" : "INVALID_FIELD");
  info.set_domain("doodle");
  v1::BadRequest bad_request;
  v1::FieldViolation* violation = bad_request.add_field_violations();
  violation->set_field(field);
  violation->set_description(message);
  v1::RpcStatus details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  Pack("ErrorInfo", info, details);
  Pack("BadRequest", bad_request, details);
  return details.SerializeAsString();
}

std::string FieldOfDetails(const std::string& bytes) {
  v1::RpcStatus details;
  if (bytes.empty() || !details.ParseFromString(bytes)) return "";
  for (const auto& detail : details.details()) {
    v1::BadRequest bad_request;
    if (detail.type_url() != absl::StrCat(kTypePrefix, "BadRequest")) continue;
    if (!bad_request.ParseFromString(detail.value()) || bad_request.field_violations().empty()) continue;
    return bad_request.field_violations(0).field();
  }
  return "";
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const std::string message = Cap(status.message(), kMaxStatusMessage);
  const std::string field = FieldOf(status);
  const auto code = static_cast<grpc::StatusCode>(status.code());
  if (field.empty()) return {code, message};
  return {code, message, FieldDetails(status, message, Cap(field, kMaxStatusMessage))};
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const int code = static_cast<int>(status.error_code());
  const bool known = code >= 1 && code <= 16;
  const auto converted = known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
  const std::string message = Cap(status.error_message(), kMaxStatusMessage);
  const std::string field = FieldOfDetails(status.error_details());
  if (field.empty()) return absl::Status(converted, message);
  // InvalidField attaches the field; the code and the message stay those that came over the wire.
  absl::Status with_field(converted, message);
  InvalidField(field, "").ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { with_field.SetPayload(url, payload); });
  return with_field;
}

}  // namespace doodle
