#include "common/spec/spec_fields.h"

#include <memory>

#include "absl/strings/str_cat.h"

namespace doodle {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsSelection(const Descriptor& message) {
  return message.field_count() == 2 && message.FindFieldByName("named") != nullptr &&
         message.FindFieldByName("list") != nullptr;
}

bool IsSelection(const FieldDescriptor& field) {
  return field.message_type() != nullptr && IsSelection(*field.message_type());
}

std::vector<absl::string_view> FieldNames(const Descriptor& message) {
  std::vector<absl::string_view> names;
  names.reserve(message.field_count());
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names;
}

std::string FieldPath(absl::string_view path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

std::string ElementPath(absl::string_view path, int index) { return absl::StrCat(path, "[", index, "]"); }

void MergeFields(const Message& from, Message& to) {
  const Reflection& reflection = *from.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(from, &fields);
  // Protobuf's merge would append to a list, hence lists are cleared first, and it does the scalars right; blocks are
  // taken out of its hands.
  const std::unique_ptr<Message> flat(from.New());
  flat->CopyFrom(from);
  for (const FieldDescriptor* field : fields) {
    if (IsSelection(*field) && reflection.GetMessage(from, field).ByteSizeLong() == 0) continue;
    if (field->is_repeated() || IsSelection(*field)) {
      reflection.ClearField(&to, field);
    } else if (field->message_type() != nullptr) {
      MergeFields(reflection.GetMessage(from, field), *reflection.MutableMessage(&to, field));
      reflection.ClearField(flat.get(), field);
    }
  }
  to.MergeFrom(*flat);
}

}  // namespace doodle
