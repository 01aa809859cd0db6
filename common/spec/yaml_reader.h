// YAML nodes into a message by its descriptor, with the place of every error. Internal to this folder.
#ifndef DOODLE_COMMON_SPEC_YAML_READER_H_
#define DOODLE_COMMON_SPEC_YAML_READER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "yaml-cpp/yaml.h"

namespace doodle {

// One document. INVALID_ARGUMENT with "ORIGIN:LINE:COLUMN: " for bad syntax, several documents, a text that is not
// UTF-8 or longer than 1 MiB. An empty text is a null node.
absl::StatusOr<YAML::Node> LoadYaml(absl::string_view text, absl::string_view origin);

// "quick.yaml:7:3" of a node, counted from 1.
std::string YamlPlace(absl::string_view origin, const YAML::Node& node);

// Reads nodes of one text. Thread-compatible; stateless but for the origin.
class YamlReader {
 public:
  // With `with_lines` errors begin with "ORIGIN:LINE:COLUMN: ", else with "ORIGIN ".
  YamlReader(absl::string_view origin, bool with_lines) : origin_(origin), with_lines_(with_lines) {}

  // `node` must be a map; its keys are field names. `path` is the message's own.
  absl::Status ReadMessage(const YAML::Node& node, const std::string& path, google::protobuf::Message& message) const;

  // Sets `field` of `message`; null leaves it as it is.
  absl::Status ReadField(const YAML::Node& node, const std::string& path,
                         const google::protobuf::FieldDescriptor& field, google::protobuf::Message& message) const;

  // Appends one element to the list `field`.
  absl::Status ReadElement(const YAML::Node& node, const std::string& path,
                           const google::protobuf::FieldDescriptor& field, google::protobuf::Message& message) const;

 private:
  absl::Status ReadList(const YAML::Node& node, const std::string& path, const google::protobuf::FieldDescriptor& field,
                        google::protobuf::Message& message) const;
  absl::Status ReadSelection(const YAML::Node& node, const std::string& path,
                             const google::protobuf::FieldDescriptor& field, google::protobuf::Message& message) const;
  absl::Status Problem(const YAML::Node& node, const std::string& path, absl::string_view problem) const;
  absl::Status WrongType(const YAML::Node& node, const std::string& path,
                         const google::protobuf::FieldDescriptor& field, absl::string_view expected) const;

  std::string origin_;
  bool with_lines_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_YAML_READER_H_
