#include "worker/collective/process_group.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "ATen/ops/empty.h"
#include "ATen/ops/zeros.h"
#include "absl/strings/str_cat.h"
#include "c10/core/GradMode.h"
#include "common/status/status.h"
#include "torch/csrc/distributed/c10d/PrefixStore.hpp"
#include "torch/csrc/distributed/c10d/ProcessGroupGloo.hpp"
#include "torch/csrc/distributed/c10d/comm.hpp"
#include "worker/collective/key_value_store.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

constexpr size_t kBroadcastBytes = 32 << 20;  // Tensors are sent in packs of this size.

// Never lazy: a lazy listener ignores the timeout and can hang after a peer's death.
std::shared_ptr<gloo::transport::Device> ListeningDevice() {
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  if (interface != nullptr && *interface != '\0') {
    return c10d::ProcessGroupGloo::createDeviceForInterface(interface, /*lazyInit=*/false);
  }
  return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1", /*lazyInit=*/false);
}

std::string ReadyKey(uint32_t rank) { return absl::StrCat("ready/", rank); }

at::Tensor ToBytes(const std::string& text, int64_t length) {
  at::Tensor bytes = at::zeros({length}, at::kByte);
  std::memcpy(bytes.data_ptr(), text.data(), text.size());
  return bytes;
}

}  // namespace

ProcessGroup::ProcessGroup(KeyValue& keys, Options options, MakeDeviceBackend make_device_backend)
    : keys_(keys), options_(options), make_device_backend_(std::move(make_device_backend)) {}

ProcessGroup::~ProcessGroup() { Destroy(); }

absl::Status ProcessGroup::Form(const GangAssignment& assignment) {
  Destroy();
  rank_ = assignment.rank;
  world_size_ = assignment.world_size;
  if (world_size_ == 1) return absl::OkStatus();
  DOODLE_RETURN_IF_ERROR(MeetAll(assignment), "meeting the other ranks");
  absl::Status formed = CatchTorch("connecting the ranks", [&] { Construct(assignment); });
  if (!formed.ok()) Destroy();
  return formed;
}

// Trainers start at different speeds; connecting has a short timeout, so it begins when all are there.
absl::Status ProcessGroup::MeetAll(const GangAssignment& assignment) {
  DOODLE_RETURN_IF_ERROR(keys_.Set(ReadyKey(assignment.rank), "1"));
  std::vector<std::string> all;
  for (uint32_t rank = 0; rank < assignment.world_size; ++rank) all.push_back(ReadyKey(rank));
  return keys_.Wait(all, options_.meet_timeout).status();
}

void ProcessGroup::Construct(const GangAssignment& assignment) {
  const int rank = static_cast<int>(assignment.rank);
  const int world = static_cast<int>(assignment.world_size);
  c10::intrusive_ptr<c10d::Store> store = c10::make_intrusive<KeyValueStore>(keys_);
  auto options = c10d::ProcessGroupGloo::Options::create(absl::ToChronoMilliseconds(options_.form_timeout));
  options->devices.push_back(ListeningDevice());
  options->threads = options_.threads;
  gloo_ = c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>("gloo", store), rank,
                                                      world, options);
  gloo_->setTimeout(absl::ToChronoMilliseconds(options_.operation_timeout));
  group_ = c10::make_intrusive<c10d::ProcessGroup>(store, rank, world);
  group_->setBackend(c10::DeviceType::CPU, c10d::ProcessGroup::GLOO, gloo_);
  group_->setDefaultBackend(c10d::ProcessGroup::GLOO);
  if (!make_device_backend_) return;
  const auto device = make_device_backend_(c10::make_intrusive<c10d::PrefixStore>("nccl", store), rank, world);
  if (device) group_->setBackend(c10::DeviceType::CUDA, c10d::ProcessGroup::NCCL, device);
}

absl::StatusOr<std::vector<std::string>> ProcessGroup::AllGather(const std::string& mine) {
  if (world_size_ == 1) return std::vector<std::string>{mine};
  if (!gloo_) return absl::FailedPreconditionError("all-gather: there is no group");
  std::vector<std::string> all(world_size_);
  DOODLE_RETURN_IF_ERROR(CatchTorch("all-gather", [&] {
    const int64_t world = world_size_;
    at::Tensor length = at::empty({1}, at::kLong);
    length.data_ptr<int64_t>()[0] = static_cast<int64_t>(mine.size());
    at::Tensor lengths = at::empty({world}, at::kLong);
    gloo_->_allgather_base(lengths, length)->wait();
    const int64_t longest = std::max<int64_t>(1, lengths.max().item<int64_t>());
    at::Tensor bytes = ToBytes(mine, longest);
    at::Tensor gathered = at::empty({world * longest}, at::kByte);
    gloo_->_allgather_base(gathered, bytes)->wait();
    for (int64_t rank = 0; rank < world; ++rank) {
      const char* begin = static_cast<const char*>(gathered.data_ptr()) + rank * longest;
      all[static_cast<size_t>(rank)].assign(begin, static_cast<size_t>(lengths.data_ptr<int64_t>()[rank]));
    }
  }));
  return all;
}

absl::Status ProcessGroup::Barrier() {
  if (world_size_ == 1) return absl::OkStatus();
  if (!gloo_) return absl::FailedPreconditionError("barrier: there is no group");
  return CatchTorch("barrier", [&] { gloo_->barrier()->wait(); });
}

absl::Status ProcessGroup::Broadcast(const TensorEntries& entries, uint32_t root) {
  if (world_size_ == 1) return absl::OkStatus();
  if (!group_) return absl::FailedPreconditionError("broadcast: there is no group");
  return CatchTorch("broadcast", [&] {
    c10::NoGradGuard no_gradients;
    std::vector<at::Tensor> tensors;
    for (const TensorEntry& entry : entries) tensors.push_back(entry.tensor);
    c10d::broadcast_coalesced(group_, tensors, kBroadcastBytes, static_cast<int>(root));
  });
}

absl::Status ProcessGroup::Sum(at::Tensor& tensor) {
  if (world_size_ == 1) return absl::OkStatus();
  if (!group_) return absl::FailedPreconditionError("sum: there is no group");
  return CatchTorch("sum", [&] {
    std::vector<at::Tensor> tensors = {tensor};
    group_->allreduce(tensors)->wait();
  });
}

void ProcessGroup::Destroy() {
  // A destructor that complains has nobody to complain to: the group is gone either way.
  CatchTorch("destroying the group", [&] {
    group_.reset();
    gloo_.reset();
  }).IgnoreError();
}

}  // namespace doodle
