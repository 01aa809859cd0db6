// The gang's group over c10d: Gloo on CPUs, NCCL beside it where a CUDA plugin gives one. Implements the protocol's
// port and hands the group to what moves tensors (gradient_reducer.h, control_reduction.h).
#ifndef DOODLE_WORKER_COLLECTIVE_PROCESS_GROUP_H_
#define DOODLE_WORKER_COLLECTIVE_PROCESS_GROUP_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "c10/core/Device.h"
#include "torch/csrc/distributed/c10d/ProcessGroup.hpp"
#include "worker/gang/assignment.h"
#include "worker/gang/collective.h"
#include "worker/gang/key_value.h"
#include "worker/torch/tensor_entry.h"

namespace doodle {

// A world of one has no group: all-gather and barrier answer at once, and group() is null. Single-threaded: the
// training thread. `keys` must outlive it.
class ProcessGroup : public Collective {
 public:
  struct Options {
    absl::Duration meet_timeout = absl::Seconds(30);       // Until every rank is there.
    absl::Duration form_timeout = absl::Seconds(3);        // To connect to all of them.
    absl::Duration operation_timeout = absl::Minutes(30);  // A backstop: a lost peer shows in milliseconds.
    int threads = 2;                                       // That run Gloo's operations.
  };
  // Makes the backend for CUDA tensors, from the plugin; null: none. Throws.
  using MakeDeviceBackend =
      std::function<c10::intrusive_ptr<c10d::Backend>(c10::intrusive_ptr<c10d::Store> store, int rank, int world)>;

  ProcessGroup(KeyValue& keys, Options options, MakeDeviceBackend make_device_backend = nullptr);
  ~ProcessGroup() override;

  // Gloo listens on the interface of GLOO_SOCKET_IFNAME, on loopback without that. UNAVAILABLE or DEADLINE_EXCEEDED:
  // a rank did not come or cannot be reached; ABORTED: the generation is superseded.
  absl::Status Form(const GangAssignment& assignment) override;
  absl::StatusOr<std::vector<std::string>> AllGather(const std::string& mine) override;
  absl::Status Barrier() override;
  void Destroy() override;

  // The bytes of `root`'s tensors over everyone else's, in place. Same names, shapes and types on all ranks.
  absl::Status Broadcast(const TensorEntries& entries, uint32_t root);
  // Sums on all ranks, in place.
  absl::Status Sum(at::Tensor& tensor);

  const c10::intrusive_ptr<c10d::ProcessGroup>& group() const { return group_; }
  uint32_t rank() const { return rank_; }
  uint32_t world_size() const { return world_size_; }

 private:
  absl::Status MeetAll(const GangAssignment& assignment);
  void Construct(const GangAssignment& assignment);

  KeyValue& keys_;
  const Options options_;
  const MakeDeviceBackend make_device_backend_;
  uint32_t rank_ = 0;
  uint32_t world_size_ = 1;
  c10::intrusive_ptr<c10d::Backend> gloo_;
  c10::intrusive_ptr<c10d::ProcessGroup> group_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_COLLECTIVE_PROCESS_GROUP_H_
