#include "cli/proto_json.h"

#include <google/protobuf/util/json_util.h>

namespace doodle {

std::string ProtoJson(const google::protobuf::Message& message, bool lines) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = lines;
  options.always_print_primitive_fields = true;
  std::string text;
  // Fails only for an Any of an unknown type; no message here has one.
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  return status.ok() ? text : "{}";
}

}  // namespace doodle
