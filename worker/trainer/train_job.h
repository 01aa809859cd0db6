// A trainer's work for a job: binds the gang's protocol to the link, the tensors and the data, and runs it to its end.
#ifndef DOODLE_WORKER_TRAINER_TRAIN_JOB_H_
#define DOODLE_WORKER_TRAINER_TRAIN_JOB_H_

#include <cstdint>

#include "absl/status/status.h"
#include "common/io/file_system.h"
#include "common/time/clock.h"
#include "worker/collective/process_group.h"
#include "worker/gang/activity.h"
#include "worker/link/trainer_link.h"
#include "worker/trainer/active_job.h"

namespace doodle {

// From the trainer's flags and environment; nothing of it belongs to the job.
struct TrainJobOptions {
  uint32_t slot = 0;                  // Of the daemon that started this process.
  ActivityBoard* activity = nullptr;  // What this rank is at; must outlive the job. Null: nobody looks.
  int render_threads = 1;             // Beside the training thread.
  ActiveJob::Options job;
  ProcessGroup::Options group;
};

// Serves generation after generation of the job that `link` is assigned to. Returns as GangMember::Run does: OK when
// the job is finished or the daemon asked the trainer to leave; else the error that was reported as this rank's
// failure. Runs on the calling thread, which becomes the training thread. All references must outlive the call.
absl::Status TrainJob(const TrainJobOptions& options, TrainerLink& link, FileSystem& files, Clock& clock);

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_TRAIN_JOB_H_
