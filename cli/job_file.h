// A job file with its overrides, as `submit` and `lr plot` read it.
#ifndef DOODLE_CLI_JOB_FILE_H_
#define DOODLE_CLI_JOB_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/environment.h"
#include "common/spec/job_spec.h"
#include "common/spec/stage_resolution.h"
#include "doodle/v1/job_spec.pb.h"

namespace doodle {

struct JobFile {
  v1::JobSpec message;  // As written and overridden; the dataset an absolute URI.
  JobSpec spec;         // Checked, every default filled in.
};

// Reads `path` ("-": standard input), applies `overrides` ("a.b=c") and makes a relative dataset path absolute against
// the working directory. INVALID_ARGUMENT, with the line where there is one, for anything that does not make a job.
absl::StatusOr<JobFile> ReadJobFile(const Environment& environment, const std::string& path,
                                    const std::vector<std::string>& overrides);

// Steps, lanes and schedule of each stage, from the dataset's own footers. As OpenView and ResolveStages fail;
// NOT_FOUND for a dataset that is not on this machine.
absl::StatusOr<std::vector<ResolvedStage>> ResolveJobFile(const Environment& environment, const JobFile& job);

}  // namespace doodle

#endif  // DOODLE_CLI_JOB_FILE_H_
