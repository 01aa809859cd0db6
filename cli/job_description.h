// `jobs describe` and `jobs history`: everything about a job as text. Pure.
#ifndef DOODLE_CLI_JOB_DESCRIPTION_H_
#define DOODLE_CLI_JOB_DESCRIPTION_H_

#include <string>
#include <vector>

#include "doodle/v1/job_service.pb.h"

namespace doodle {

std::string DescribeJob(const v1::Job& job);

// The parts of it, each a table with a heading; empty when the job has none.
std::string DescribeStages(const v1::Job& job);
std::string DescribeGenerations(const v1::Job& job);
std::string DescribeEvaluations(const v1::Job& job);
std::string DescribeCheckpoints(const std::vector<v1::CheckpointRecord>& checkpoints);
// The first failure of a row: whose, when, its message and the end of the trainer's log.
std::string DescribeFailure(const v1::Job& job);
// The ranks, and the line "digests equal: yes | no | not known yet".
std::string DescribeRanks(const v1::Job& job);

// Whether all ranks hashed the same parameters and the same optimizer state: "yes", "no", or "not known yet" while a
// rank has no digest.
std::string DigestsEqual(const v1::Job& job);

}  // namespace doodle

#endif  // DOODLE_CLI_JOB_DESCRIPTION_H_
