#include <utility>

#include "absl/strings/str_cat.h"
#include "common/catalog/nearest_name.h"
#include "common/spec/field_path.h"
#include "common/spec/job_yaml.h"
#include "common/spec/spec_fields.h"
#include "common/spec/yaml_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kOrigin[] = "--set";

absl::Status Refuse(const std::string& path, absl::string_view problem) {
  return Annotate(InvalidField(path, problem), kOrigin);
}

// Where an assignment lands: a field of a message, or one element of it.
class Target {
 public:
  explicit Target(Message& job) : message_(&job) {}

  // Goes down one segment; the target must not be a plain value yet.
  absl::Status Descend(const PathSegment& segment) {
    return segment.index.has_value() ? DescendIndex(static_cast<int>(*segment.index)) : DescendName(segment.name);
  }

  absl::Status Assign(const YAML::Node& value) {
    const YamlReader reader(kOrigin, /*with_lines=*/false);
    if (!index_.has_value()) {
      message_->GetReflection()->ClearField(message_, field_);
      return reader.ReadField(value, path_, *field_, *message_);
    }
    return AssignElement(reader, value);
  }

 private:
  absl::Status DescendName(const std::string& name) {
    DOODLE_RETURN_IF_ERROR(EnterBlock());
    const FieldDescriptor* field = message_->GetDescriptor()->FindFieldByName(name);
    path_ = FieldPath(path_, name);
    if (field == nullptr) {
      return Refuse(path_, UnknownName("field", name, FieldNames(*message_->GetDescriptor())));
    }
    field_ = field;
    return absl::OkStatus();
  }

  absl::Status DescendIndex(int index) {
    if (field_ == nullptr || !field_->is_repeated() || index_.has_value()) return Refuse(path_, "is not a list");
    const int size = message_->GetReflection()->FieldSize(*message_, field_);
    path_ = ElementPath(path_, index);
    if (index > size) return Refuse(path_, absl::StrCat("the list has ", size, " elements"));
    index_ = index;
    return absl::OkStatus();
  }

  // Makes the block that the target names the message whose fields are meant next.
  absl::Status EnterBlock() {
    if (field_ == nullptr) return absl::OkStatus();
    const Reflection& reflection = *message_->GetReflection();
    if (field_->is_repeated() && !index_.has_value()) return Refuse(path_, "is a list: write an index, such as [0]");
    if (field_->message_type() == nullptr || IsSelection(*field_)) return Refuse(path_, "has no fields");
    if (!index_.has_value()) {
      message_ = reflection.MutableMessage(message_, field_);
    } else if (*index_ == reflection.FieldSize(*message_, field_)) {
      message_ = reflection.AddMessage(message_, field_);
    } else {
      message_ = reflection.MutableRepeatedMessage(message_, field_, *index_);
    }
    field_ = nullptr;
    index_.reset();
    return absl::OkStatus();
  }

  // Appended first and swapped into place then: one way to read an element serves both.
  absl::Status AssignElement(const YamlReader& reader, const YAML::Node& value) {
    const Reflection& reflection = *message_->GetReflection();
    const int size = reflection.FieldSize(*message_, field_);
    DOODLE_RETURN_IF_ERROR(reader.ReadElement(value, path_, *field_, *message_));
    if (*index_ == size) return absl::OkStatus();
    reflection.SwapElements(message_, field_, *index_, size);
    reflection.RemoveLast(message_, field_);
    return absl::OkStatus();
  }

  Message* message_;
  const FieldDescriptor* field_ = nullptr;  // Of message_; none: the message itself.
  std::optional<int> index_;
  std::string path_;
};

}  // namespace

absl::Status ApplyOverride(v1::JobSpec& spec, absl::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(kOrigin, " \"", assignment, "\": expected FIELD=VALUE, such as stages[0].epochs=3"));
  }
  DOODLE_ASSIGN_OR_RETURN(const auto path, ParseFieldPath(assignment.substr(0, equals)), kOrigin);
  DOODLE_ASSIGN_OR_RETURN(const YAML::Node value, LoadYaml(assignment.substr(equals + 1), kOrigin));
  v1::JobSpec changed = spec;
  Target target(changed);
  for (const PathSegment& segment : path) DOODLE_RETURN_IF_ERROR(target.Descend(segment));
  DOODLE_RETURN_IF_ERROR(target.Assign(value));
  spec = std::move(changed);
  return absl::OkStatus();
}

}  // namespace doodle
