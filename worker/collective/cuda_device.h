// The GPU of this trainer, through the CUDA plugin: opened, checked, and a maker of NCCL groups.
//
// Compiled, never run: no machine with a GPU was at hand. What a machine without one answers is tested.
#ifndef DOODLE_WORKER_COLLECTIVE_CUDA_DEVICE_H_
#define DOODLE_WORKER_COLLECTIVE_CUDA_DEVICE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "c10/core/Device.h"
#include "worker/collective/process_group.h"
#include "worker/torch/autocast.h"

struct DoodleCudaPlugin;

namespace doodle {

// True when the kernel driver shows an NVIDIA device on this machine.
bool MachineHasGpu();

// Why a GPU must not be used: cuDNN dropped chips below 7.5 with 9.11 and fails on them with obscure errors. Pure.
// `capability` times 10. FAILED_PRECONDITION.
absl::Status CheckVersions(int capability, int64_t cudnn_version, int nccl_version);

// Immutable after Open. Lives as long as the process: the plugin is never closed.
class CudaDevice {
 public:
  // Opens `plugin_path` and takes the device number `slot` modulo the devices there are (CUDA_VISIBLE_DEVICES decides
  // which). Before anything of LibTorch asks for CUDA, since it remembers the answer. FAILED_PRECONDITION without a GPU
  // or with one that cannot be used; NOT_FOUND without the plugin.
  static absl::StatusOr<std::unique_ptr<CudaDevice>> Open(const std::string& plugin_path, uint32_t slot);

  c10::Device device() const { return {c10::kCUDA, static_cast<c10::DeviceIndex>(index_)}; }
  const std::string& name() const { return name_; }
  DeviceTraits traits() const { return {c10::kCUDA, capability_ >= 80}; }
  int64_t reserved_bytes() const;
  ProcessGroup::MakeDeviceBackend NcclMaker(absl::Duration timeout) const;

 private:
  CudaDevice(const DoodleCudaPlugin& plugin, int index) : plugin_(plugin), index_(index) {}

  const DoodleCudaPlugin& plugin_;
  const int index_;
  int capability_ = 0;  // Times 10.
  std::string name_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_COLLECTIVE_CUDA_DEVICE_H_
