#include <charconv>

#include "common/spec/job_yaml.h"
#include "common/spec/spec_fields.h"
#include "yaml-cpp/yaml.h"

namespace doodle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The shortest decimal that reads back to the same double.
std::string NumberText(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, result.ptr);
}

void EmitMessage(const Message& message, bool block, YAML::Emitter& out);

// Element `index` of a list, or the field itself for -1.
void EmitScalar(const Message& message, const FieldDescriptor& field, int index, YAML::Emitter& out) {
  const Reflection& reflection = *message.GetReflection();
  const bool element = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      out << reflection.GetBool(message, &field);
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      out << NumberText(element ? reflection.GetRepeatedDouble(message, &field, index)
                                : reflection.GetDouble(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      out << (element ? reflection.GetRepeatedString(message, &field, index) : reflection.GetString(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      out << reflection.GetInt32(message, &field);
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      out << reflection.GetUInt32(message, &field);
      break;
    default:
      out << static_cast<unsigned long long>(reflection.GetUInt64(message, &field));
  }
}

void EmitList(const Message& message, const FieldDescriptor& field, YAML::Emitter& out) {
  const Reflection& reflection = *message.GetReflection();
  const bool messages = field.message_type() != nullptr;
  out << (messages ? YAML::Block : YAML::Flow) << YAML::BeginSeq;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (messages) {
      EmitMessage(reflection.GetRepeatedMessage(message, &field, i), /*block=*/true, out);
    } else {
      EmitScalar(message, field, i, out);
    }
  }
  out << YAML::EndSeq;
}

void EmitSelection(const Message& selection, YAML::Emitter& out) {
  const FieldDescriptor& list = *selection.GetDescriptor()->FindFieldByName("list");
  if (selection.GetReflection()->FieldSize(selection, &list) > 0) {
    EmitList(selection, list, out);
  } else {
    EmitScalar(selection, *selection.GetDescriptor()->FindFieldByName("named"), -1, out);
  }
}

void EmitMessage(const Message& message, bool block, YAML::Emitter& out) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  out << (block ? YAML::Block : YAML::Flow) << YAML::BeginMap;
  for (const FieldDescriptor* field : fields) {
    out << YAML::Key << field->name() << YAML::Value;
    if (field->is_repeated()) {
      EmitList(message, *field, out);
    } else if (field->message_type() == nullptr) {
      EmitScalar(message, *field, -1, out);
    } else if (IsSelection(*field)) {
      EmitSelection(message.GetReflection()->GetMessage(message, field), out);
    } else {
      EmitMessage(message.GetReflection()->GetMessage(message, field), /*block=*/false, out);
    }
  }
  out << YAML::EndMap;
}

}  // namespace

std::string JobYaml(const v1::JobSpec& spec) {
  YAML::Emitter out;
  EmitMessage(spec, /*block=*/true, out);
  return std::string(out.c_str()) + "\n";
}

}  // namespace doodle
