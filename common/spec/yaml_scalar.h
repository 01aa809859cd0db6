// One YAML scalar into one field, and the words for when it does not fit. Internal to this folder. Thread-safe.
#ifndef DOODLE_COMMON_SPEC_YAML_SCALAR_H_
#define DOODLE_COMMON_SPEC_YAML_SCALAR_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "yaml-cpp/yaml.h"

namespace doodle {

// Sets a field, or adds to it where it is a list. False when `node` is not a scalar of the field's type: a number out
// of range, a quoted number, infinity, null.
bool SetScalar(const YAML::Node& node, const google::protobuf::FieldDescriptor& field,
               google::protobuf::Message& message);

// "a whole number from 0 to 4294967295"
std::string ExpectedScalar(const google::protobuf::FieldDescriptor& field);

// "epochs: 8", "raster: {size: 64}"
std::string FieldExample(const google::protobuf::FieldDescriptor& field);
std::string MessageExample(const google::protobuf::Descriptor& message);

// "many", "\"8\" in quotes", "a list", "a block of fields", "nothing"
std::string DescribeNode(const YAML::Node& node);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_YAML_SCALAR_H_
