#include "common/spec/yaml_scalar.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/catalog/nearest_name.h"
#include "common/spec/spec_fields.h"

namespace doodle {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// yaml-cpp tags a quoted scalar "!" and a plain one "?".
bool IsQuoted(const YAML::Node& node) { return node.Tag() == "!"; }

template <typename Integer>
std::optional<Integer> ParseInteger(const std::string& text) {
  Integer value = 0;
  if (!absl::SimpleAtoi(text, &value)) return std::nullopt;
  return value;
}

std::optional<double> ParseNumber(const std::string& text) {
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<bool> ParseBool(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

// A value for the examples of errors, where the type alone would not show what is meant.
absl::string_view ExampleValue(const FieldDescriptor& field) {
  static const auto& examples = *new std::map<std::string, const char*>{
      {"epochs", "8"},
      {"global_batch", "1024"},
      {"micro_batch", "auto"},
      {"size", "64"},
      {"max_lr", "2.0e-3"},
      {"lr", "1.0e-3"},
      {"line_width", "2.0"},
      {"in_channels", "1"},
      {"dataset", "file:///data/quickdraw"},
      {"every", "1ep"},
      {"warmup", "5%"},
      {"split", "train"},
      {"precision", "auto"},
      {"backend", "auto"},
      {"time", "20h"},
      {"kind", "one_cycle"},
      {"recognized", "any"},
      {"metric", "map3"},
      {"fit", "top_left"},
      {"normalize", "unit"},
      {"decay", "0.9998"},
      {"classes", "[cat, house]"},
      {"channels", "gray"},
      {"weights", "[raw]"},
      {"stages", "[{epochs: 8, global_batch: 1024}]"},
      {"milestones", "[10ep, 15ep]"},
      {"model", "{name: resnet18}"},
      {"optimizer", "{name: adamw}"},
  };
  const auto found = examples.find(field.name());
  return found == examples.end() ? "" : found->second;
}

std::string TypeExample(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "0.1";
    case FieldDescriptor::CPPTYPE_STRING:
      return "text";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return absl::StrCat("{", MessageExample(*field.message_type()), "}");
    default:
      return "1";
  }
}

template <typename Integer>
std::string WholeNumberFrom() {
  return absl::StrCat("a whole number from ", std::numeric_limits<Integer>::min(), " to ",
                      std::numeric_limits<Integer>::max());
}

}  // namespace

#define DOODLE_SET_SCALAR(Type, parsed)                             \
  do {                                                              \
    const auto value = (parsed);                                    \
    if (!value.has_value()) return false;                           \
    if (field.is_repeated()) {                                      \
      message.GetReflection()->Add##Type(&message, &field, *value); \
    } else {                                                        \
      message.GetReflection()->Set##Type(&message, &field, *value); \
    }                                                               \
    return true;                                                    \
  } while (false)

bool SetScalar(const YAML::Node& node, const FieldDescriptor& field, Message& message) {
  if (!node.IsScalar()) return false;
  const std::string& text = node.Scalar();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) DOODLE_SET_SCALAR(String, std::optional(text));
  if (IsQuoted(node)) return false;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      DOODLE_SET_SCALAR(Bool, ParseBool(text));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      DOODLE_SET_SCALAR(Double, ParseNumber(text));
    case FieldDescriptor::CPPTYPE_INT32:
      DOODLE_SET_SCALAR(Int32, ParseInteger<int32_t>(text));
    case FieldDescriptor::CPPTYPE_UINT32:
      DOODLE_SET_SCALAR(UInt32, ParseInteger<uint32_t>(text));
    case FieldDescriptor::CPPTYPE_UINT64:
      DOODLE_SET_SCALAR(UInt64, ParseInteger<uint64_t>(text));
    default:
      return false;
  }
}

#undef DOODLE_SET_SCALAR

std::string ExpectedScalar(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "a number";
    case FieldDescriptor::CPPTYPE_INT32:
      return WholeNumberFrom<int32_t>();
    case FieldDescriptor::CPPTYPE_UINT32:
      return WholeNumberFrom<uint32_t>();
    case FieldDescriptor::CPPTYPE_UINT64:
      return WholeNumberFrom<uint64_t>();
    default:
      return "text";
  }
}

std::string FieldExample(const FieldDescriptor& field) {
  std::string value(ExampleValue(field));
  if (value.empty()) value = field.is_repeated() ? absl::StrCat("[", TypeExample(field), "]") : TypeExample(field);
  return absl::StrCat(field.name(), ": ", value);
}

std::string MessageExample(const Descriptor& message) { return FieldExample(*message.field(0)); }

std::string DescribeNode(const YAML::Node& node) {
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a block of fields";
  if (!node.IsScalar()) return "nothing";
  const std::string text = ShownText(node.Scalar());
  return IsQuoted(node) ? absl::StrCat("\"", text, "\" in quotes") : text;
}

}  // namespace doodle
