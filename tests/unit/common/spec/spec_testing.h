// A job that is right, and a walk over every field of its message. For the tests of this folder.
#ifndef DOODLE_TESTS_UNIT_COMMON_SPEC_SPEC_TESTING_H_
#define DOODLE_TESTS_UNIT_COMMON_SPEC_SPEC_TESTING_H_

#include <functional>
#include <string>

#include "common/spec/spec_fields.h"
#include "doodle/v1/job_spec.pb.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"

namespace doodle {

// The least that FromProto accepts.
inline v1::JobSpec SmallestJob() {
  v1::JobSpec spec;
  spec.set_dataset("file:///data/quickdraw");
  spec.mutable_model()->set_name("resnet18");
  spec.add_stages();
  return spec;
}

// Sets a scalar field, or adds one element, to a value that is no default of the job file.
inline void SetUnusual(const google::protobuf::FieldDescriptor& field, google::protobuf::Message& message) {
  using google::protobuf::FieldDescriptor;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const bool list = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, true);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return list ? reflection.AddDouble(&message, &field, 0.25) : reflection.SetDouble(&message, &field, 0.25);
    case FieldDescriptor::CPPTYPE_STRING:
      return list ? reflection.AddString(&message, &field, "zzz") : reflection.SetString(&message, &field, "zzz");
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, 17);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&message, &field, 17);
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&message, &field, 17);
    default:
      GTEST_FAIL() << "no unusual value for " << field.full_name();
  }
}

// Calls `visit(path, field, message)` for every scalar field of `message` and of the blocks below it, the first
// element of a list of blocks included. `visit` may set the field; the walk makes all blocks on its way.
inline void ForEachScalar(google::protobuf::Message& message, const std::string& path,
                          const std::function<void(const std::string&, const google::protobuf::FieldDescriptor&,
                                                   google::protobuf::Message&)>& visit) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *message.GetDescriptor()->field(i);
    const std::string field_path = FieldPath(path, field.name());
    if (field.message_type() == nullptr) {
      visit(field_path, field, message);
    } else if (field.is_repeated()) {
      if (reflection.FieldSize(message, &field) == 0) reflection.AddMessage(&message, &field);
      ForEachScalar(*reflection.MutableRepeatedMessage(&message, &field, 0), ElementPath(field_path, 0), visit);
    } else {
      ForEachScalar(*reflection.MutableMessage(&message, &field), field_path, visit);
    }
  }
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_SPEC_SPEC_TESTING_H_
