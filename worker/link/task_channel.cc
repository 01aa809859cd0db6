#include "worker/link/task_channel.h"

#include <unistd.h>

#include <cerrno>

#include "common/rpc/status_conversion.h"
#include "common/status/status.h"
#include "doodle/v1/task_spec.pb.h"

namespace doodle {
namespace {

constexpr size_t kMaxSpec = 16 << 20;  // Bytes.

absl::StatusOr<std::string> ReadToEnd(int fd) {
  std::string bytes;
  char buffer[16384];
  for (;;) {
    const ssize_t count = read(fd, buffer, sizeof(buffer));
    if (count == 0) return bytes;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, "read");
    bytes.append(buffer, static_cast<size_t>(count));
    if (bytes.size() > kMaxSpec) return absl::ResourceExhaustedError("longer than 16 MiB");
  }
}

absl::Status Require(absl::string_view field, bool given) {
  return given ? absl::OkStatus() : InvalidField(field, "is missing");
}

std::vector<std::string> Strings(const google::protobuf::RepeatedPtrField<std::string>& field) {
  return {field.begin(), field.end()};
}

absl::StatusOr<Task> FromProto(const v1::TaskSpec& spec) {
  switch (spec.task_case()) {
    case v1::TaskSpec::kPredict: {
      const v1::PredictTask& task = spec.predict();
      DOODLE_RETURN_IF_ERROR(Require("predict.model", !task.model().empty()));
      DOODLE_RETURN_IF_ERROR(Require("predict.inputs", !task.inputs().empty()));
      DOODLE_RETURN_IF_ERROR(Require("predict.output", !task.output().empty()));
      return PredictTask{task.model(), Strings(task.inputs()), task.output(), task.probabilities()};
    }
    case v1::TaskSpec::kEvaluate: {
      const v1::EvaluateTask& task = spec.evaluate();
      DOODLE_RETURN_IF_ERROR(Require("evaluate.model", !task.model().empty()));
      DOODLE_RETURN_IF_ERROR(Require("evaluate.inputs", !task.inputs().empty()));
      return EvaluateTask{task.model(), Strings(task.inputs()), task.split()};
    }
    case v1::TaskSpec::kExport: {
      const v1::ExportTask& task = spec.export_();
      DOODLE_RETURN_IF_ERROR(Require("export.checkpoint", !task.checkpoint().empty()));
      DOODLE_RETURN_IF_ERROR(Require("export.output", !task.output().empty()));
      return ExportTask{task.checkpoint(), task.output()};
    }
    case v1::TaskSpec::TASK_NOT_SET:
      break;
  }
  return InvalidField("task", "is missing or of a kind that this version does not know");
}

absl::Status WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, "write a task event");
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status WriteEvent(int fd, const v1::TaskEvent& event) {
  const std::string body = event.SerializeAsString();
  std::string frame;
  for (int shift = 0; shift < 32; shift += 8) frame += static_cast<char>((body.size() >> shift) & 0xff);
  return WriteAll(fd, frame + body);
}

}  // namespace

absl::StatusOr<Task> ReadTask(int fd) {
  DOODLE_ASSIGN_OR_RETURN(const std::string bytes, ReadToEnd(fd), "task specification");
  v1::TaskSpec spec;
  if (!spec.ParseFromString(bytes)) return absl::InvalidArgumentError("task specification: not a TaskSpec message");
  absl::StatusOr<Task> task = FromProto(spec);
  if (!task.ok()) return Annotate(task.status(), "task specification");
  return task;
}

absl::Status TaskEventWriter::Progress(uint64_t done, uint64_t total) {
  v1::TaskEvent event;
  event.mutable_progress()->set_done(done);
  event.mutable_progress()->set_total(total);
  return WriteEvent(fd_, event);
}

absl::Status TaskEventWriter::Result(const std::map<std::string, double>& values,
                                     const std::vector<std::string>& files) {
  v1::TaskEvent event;
  for (const auto& [name, value] : values) (*event.mutable_result()->mutable_values())[name] = value;
  for (const std::string& file : files) event.mutable_result()->add_files(file);
  return WriteEvent(fd_, event);
}

absl::Status TaskEventWriter::End(const absl::Status& status) {
  v1::TaskEvent event;
  event.mutable_status()->set_code(static_cast<uint32_t>(status.code()));
  event.mutable_status()->set_message(ToGrpcStatus(status).error_message());
  return WriteEvent(fd_, event);
}

}  // namespace doodle
