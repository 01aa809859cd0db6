#include "common/spec/yaml_reader.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/catalog/nearest_name.h"
#include "common/spec/spec_fields.h"
#include "common/spec/yaml_scalar.h"
#include "common/status/status.h"

namespace doodle {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status YamlReader::Problem(const YAML::Node& node, const std::string& path, absl::string_view problem) const {
  const absl::Status status = InvalidField(path, problem);
  return Annotate(status, with_lines_ ? YamlPlace(origin_, node) : origin_);
}

absl::Status YamlReader::WrongType(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                                   absl::string_view expected) const {
  return Problem(
      node, path,
      absl::StrCat("expected ", expected, ", such as `", FieldExample(field), "`, got ", DescribeNode(node)));
}

absl::Status YamlReader::ReadMessage(const YAML::Node& node, const std::string& path, Message& message) const {
  if (!node.IsMap()) {
    return Problem(node, path.empty() ? "job" : path,
                   absl::StrCat("expected fields, such as `", MessageExample(*message.GetDescriptor()), "`, got ",
                                DescribeNode(node)));
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const std::string field_path = FieldPath(path, name);
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) {
      return Problem(entry.first, field_path, UnknownName("field", name, FieldNames(*message.GetDescriptor())));
    }
    if (!seen.insert(name).second) return Problem(entry.first, field_path, "given twice");
    DOODLE_RETURN_IF_ERROR(ReadField(entry.second, field_path, *field, message));
  }
  return absl::OkStatus();
}

absl::Status YamlReader::ReadField(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                                   Message& message) const {
  if (node.IsNull()) return absl::OkStatus();
  if (IsSelection(field)) return ReadSelection(node, path, field, message);
  if (field.is_repeated()) return ReadList(node, path, field, message);
  if (field.message_type() != nullptr) {
    if (!node.IsMap()) return WrongType(node, path, field, "a block of fields");
    return ReadMessage(node, path, *message.GetReflection()->MutableMessage(&message, &field));
  }
  if (!SetScalar(node, field, message)) return WrongType(node, path, field, ExpectedScalar(field));
  return absl::OkStatus();
}

absl::Status YamlReader::ReadList(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                                  Message& message) const {
  if (!node.IsSequence()) return WrongType(node, path, field, "a list");
  int index = 0;
  for (const YAML::Node& element : node) {
    DOODLE_RETURN_IF_ERROR(ReadElement(element, ElementPath(path, index++), field, message));
  }
  return absl::OkStatus();
}

absl::Status YamlReader::ReadElement(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                                     Message& message) const {
  if (field.message_type() != nullptr) {
    return ReadMessage(node, path, *message.GetReflection()->AddMessage(&message, &field));
  }
  if (!SetScalar(node, field, message)) return WrongType(node, path, field, ExpectedScalar(field));
  return absl::OkStatus();
}

absl::Status YamlReader::ReadSelection(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                                       Message& message) const {
  if (!node.IsScalar() && !node.IsSequence()) return WrongType(node, path, field, "a word or a list of names");
  if (node.IsSequence() && node.size() == 0) return Problem(node, path, "the list is empty");
  Message& selection = *message.GetReflection()->MutableMessage(&message, &field);
  const FieldDescriptor& part = *field.message_type()->FindFieldByName(node.IsScalar() ? "named" : "list");
  if (node.IsSequence()) return ReadList(node, path, part, selection);
  if (!SetScalar(node, part, selection)) return WrongType(node, path, field, "a word or a list of names");
  return absl::OkStatus();
}

}  // namespace doodle
