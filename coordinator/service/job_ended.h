// Whether the job that a stream shows will change no more.
#ifndef DOODLE_COORDINATOR_SERVICE_JOB_ENDED_H_
#define DOODLE_COORDINATOR_SERVICE_JOB_ENDED_H_

#include "coordinator/job/job_state_machine.h"
#include "doodle/v1/job_service.pb.h"

namespace doodle {

// The message's states have the numbers of JobState (job_state_machine.h).
inline bool HasEnded(const v1::Job& job) { return IsEnded(static_cast<JobState>(job.state())); }

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_JOB_ENDED_H_
