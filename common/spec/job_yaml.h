// The job file: YAML to v1::JobSpec and back, driven by the message's descriptor, so that the proto is the one
// definition of the format (docs/guides/job-file.md). The only user of yaml-cpp.
//
//     DOODLE_ASSIGN_OR_RETURN(v1::JobSpec spec, ParseJobYaml(text, "quick.yaml"));
//     DOODLE_RETURN_IF_ERROR(ApplyOverride(spec, "stages[0].epochs=3"));
//     auto job = FromProto(spec);                              // job_spec_proto.h: values, ranges, defaults
//     if (!job.ok()) return AtYamlLine(job.status(), text, "quick.yaml");
//
// All functions are thread-safe.
#ifndef DOODLE_COMMON_SPEC_JOB_YAML_H_
#define DOODLE_COMMON_SPEC_JOB_YAML_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "doodle/v1/job_spec.pb.h"

namespace doodle {

// Reads names and types; whether values make sense is FromProto's matter. INVALID_ARGUMENT begins with
// "FILE:LINE:COLUMN: " and, past the syntax, the field's path, which FieldOf returns:
//   an unknown field, with the nearest name; a field given twice; a value of another type, with an example;
//   more than one document, or more than 1 MiB.
// `null` leaves a field unset. Numbers, true and false are recognized unquoted only.
absl::StatusOr<v1::JobSpec> ParseJobYaml(absl::string_view text, absl::string_view file_name);

// Sets one field: "a.b=value" with the value in YAML; a list element is stages[0] or stages.0, and an index one past
// the end appends. A block or a list is replaced whole; null clears. INVALID_ARGUMENT begins with "--set ".
// On an error `spec` is unchanged.
absl::Status ApplyOverride(v1::JobSpec& spec, absl::string_view assignment);

// The fields that are set, as a job file that ParseJobYaml reads back to an equal message.
std::string JobYaml(const v1::JobSpec& spec);

// `status` with "FILE:LINE:COLUMN: " before it, found by its FieldOf in the job file it is about; the nearest enclosing
// block where the field itself is not written. Any other status unchanged.
absl::Status AtYamlLine(const absl::Status& status, absl::string_view text, absl::string_view file_name);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_JOB_YAML_H_
