#include "worker/trainer/train_job.h"

#include <utility>

#include "worker/gang/gang_member.h"
#include "worker/trainer/model_state_store.h"
#include "worker/trainer/stage_runner.h"

namespace doodle {

absl::Status TrainJob(TrainJobOptions options, TrainerLink& link, FileSystem& files, Clock& clock) {
  ActiveJob job(options.job, files, [&link] { return link.Current(); });
  ProcessGroup group(link, options.group, std::move(options.make_device_backend));
  ModelStateStore state(job, group, files);
  StageRunner steps({options.render_threads, options.slot}, job, group, link, files, clock);
  GangMember member(link, group, state, steps, {});
  return member.Run();
}

}  // namespace doodle
