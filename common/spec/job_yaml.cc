#include "common/spec/job_yaml.h"

#include "absl/strings/str_cat.h"
#include "common/spec/field_path.h"
#include "common/spec/yaml_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// The value below `node` that `segment` names; empty when it is not written.
std::optional<YAML::Node> Child(const YAML::Node& node, const PathSegment& segment) {
  if (segment.index.has_value()) {
    if (!node.IsSequence() || *segment.index >= node.size()) return std::nullopt;
    return node[*segment.index];
  }
  if (!node.IsMap()) return std::nullopt;
  for (const auto& entry : node) {
    if (entry.first.IsScalar() && entry.first.Scalar() == segment.name) return entry.second;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<v1::JobSpec> ParseJobYaml(absl::string_view text, absl::string_view file_name) {
  DOODLE_ASSIGN_OR_RETURN(const YAML::Node node, LoadYaml(text, file_name));
  if (node.IsNull()) return absl::InvalidArgumentError(absl::StrCat(file_name, ": the job file is empty"));
  v1::JobSpec spec;
  DOODLE_RETURN_IF_ERROR(YamlReader(file_name, /*with_lines=*/true).ReadMessage(node, "", spec));
  return spec;
}

absl::Status AtYamlLine(const absl::Status& status, absl::string_view text, absl::string_view file_name) {
  const std::string field = FieldOf(status);
  if (field.empty()) return status;
  const auto path = ParseFieldPath(field);
  const auto document = LoadYaml(text, file_name);
  if (!path.ok() || !document.ok()) return status;
  YAML::Node node = *document;
  bool found = false;
  for (const PathSegment& segment : *path) {
    const auto child = Child(node, segment);
    if (!child.has_value() || child->IsNull()) break;
    node.reset(*child);
    found = true;
  }
  return Annotate(status, found ? YamlPlace(file_name, node) : std::string(file_name));
}

}  // namespace doodle
