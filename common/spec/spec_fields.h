// The job file's message, seen through its descriptor: what reader, writer, merge and override share. Internal to this
// folder. Thread-safe.
#ifndef DOODLE_COMMON_SPEC_SPEC_FIELDS_H_
#define DOODLE_COMMON_SPEC_SPEC_FIELDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace doodle {

// A message that YAML writes as a bare word or a list: ClassSelection, ChannelSelection.
bool IsSelection(const google::protobuf::Descriptor& message);
bool IsSelection(const google::protobuf::FieldDescriptor& field);

std::vector<absl::string_view> FieldNames(const google::protobuf::Descriptor& message);

// "stages[0]" + "epochs" = "stages[0].epochs"; an empty path is the job itself.
std::string FieldPath(absl::string_view path, absl::string_view name);
std::string ElementPath(absl::string_view path, int index);

// Sets in `to` each field that is set in `from`, block by block; a list or a selection is replaced whole, an
// empty selection is not set. Both have the same type.
void MergeFields(const google::protobuf::Message& from, google::protobuf::Message& to);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_SPEC_FIELDS_H_
