#include "worker/trainer/train_job.h"

#include <utility>

#include "worker/gang/gang_member.h"
#include "worker/trainer/model_state_store.h"
#include "worker/trainer/stage_runner.h"

namespace doodle {

namespace {

// NCCL where the job's model is on the GPU; nothing where it asked for gloo.
ProcessGroup::MakeDeviceBackend DeviceBackend(const TrainJobOptions& options, TrainerLink& link) {
  if (options.job.gpu == nullptr) return nullptr;
  const auto make = options.job.gpu->NcclMaker(options.group.operation_timeout);
  return [make, &link](c10::intrusive_ptr<c10d::Store> store, int rank, int world) {
    const bool gloo = link.Current().spec.backend == CollectiveBackend::kGloo;
    return gloo ? c10::intrusive_ptr<c10d::Backend>() : make(std::move(store), rank, world);
  };
}

}  // namespace

absl::Status TrainJob(const TrainJobOptions& options, TrainerLink& link, FileSystem& files, Clock& clock) {
  ActiveJob job(options.job, files, [&link] { return link.Current(); });
  ProcessGroup group(link, options.group, DeviceBackend(options, link));
  ModelStateStore state(job, group, files);
  StageRunner steps({options.render_threads, options.slot, options.activity}, job, group, link, files, clock);
  GangMember member(link, group, state, steps, {});
  return member.Run();
}

}  // namespace doodle
