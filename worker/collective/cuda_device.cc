#include "worker/collective/cuda_device.h"

#include <dlfcn.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "c10/util/Exception.h"
#include "common/status/status.h"
#include "worker/collective/cuda/cuda_plugin.h"

namespace doodle {
namespace {

constexpr int kVolta = 70;
constexpr int kTuring = 75;
constexpr int64_t kCudnnWithoutVolta = 91100;
constexpr int kNcclOfLibTorch = 22705;
constexpr size_t kErrorSize = 1024;

absl::StatusOr<const DoodleCudaPlugin*> OpenPlugin(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) {
    return absl::NotFoundError(absl::StrCat(path, " is not there: this build has no CUDA plugin"));
  }
  // Global, so that LibTorch's CUDA operators register for the whole process.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) return absl::FailedPreconditionError(absl::StrCat("CUDA plugin: ", dlerror()));
  const auto open = reinterpret_cast<DoodleCudaPluginEntry>(dlsym(library, kDoodleCudaPluginEntry));
  const DoodleCudaPlugin* plugin = open == nullptr ? nullptr : open();
  if (plugin == nullptr || plugin->version != kDoodleCudaPluginVersion) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is of another version"));
  }
  return plugin;
}

}  // namespace

bool MachineHasGpu() { return access("/dev/nvidia0", F_OK) == 0; }

absl::Status CheckVersions(int capability, int64_t cudnn_version, int nccl_version) {
  if (capability < kVolta) {
    return absl::FailedPreconditionError(absl::StrCat("compute capability ", capability / 10, ".", capability % 10,
                                                      " is below 7.0, the least that LibTorch was built for"));
  }
  if (capability < kTuring && cudnn_version >= kCudnnWithoutVolta) {
    return absl::FailedPreconditionError(
        absl::StrCat("cuDNN ", cudnn_version, " does not know compute capability ", capability / 10, ".",
                     capability % 10, ": install nvidia-cudnn-cu12==9.10.2.21 (deploy/requirements-gpu.txt)"));
  }
  if (nccl_version != kNcclOfLibTorch) {
    return absl::FailedPreconditionError(absl::StrCat("NCCL ", nccl_version, " is loaded and LibTorch was built with ",
                                                      kNcclOfLibTorch, " (deploy/requirements-gpu.txt)"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<CudaDevice>> CudaDevice::Open(const std::string& plugin_path, uint32_t slot) {
  if (!MachineHasGpu()) return absl::FailedPreconditionError("no GPU found on this machine (/dev/nvidia0)");
  DOODLE_ASSIGN_OR_RETURN(const DoodleCudaPlugin* plugin, OpenPlugin(plugin_path));
  const int count = plugin->device_count();
  if (count < 1) return absl::FailedPreconditionError("no GPU found: the driver or CUDA_VISIBLE_DEVICES shows none");
  auto device = std::unique_ptr<CudaDevice>(new CudaDevice(*plugin, static_cast<int>(slot) % count));
  char error[kErrorSize] = "";
  const char* name = "";
  if (!plugin->set_device(device->index_, error, kErrorSize) ||
      !plugin->describe(device->index_, &device->capability_, &name, error, kErrorSize)) {
    return absl::FailedPreconditionError(absl::StrCat("GPU ", device->index_, ": ", error));
  }
  device->name_ = name;
  DOODLE_RETURN_IF_ERROR(CheckVersions(device->capability_, plugin->cudnn_version(), plugin->nccl_version()), name);
  return device;
}

int64_t CudaDevice::reserved_bytes() const { return plugin_.reserved_bytes(index_); }

ProcessGroup::MakeDeviceBackend CudaDevice::NcclMaker(absl::Duration timeout) const {
  return [this, timeout](const c10::intrusive_ptr<c10d::Store>& store, int rank, int world) {
    char error[kErrorSize] = "";
    c10d::Backend* backend =
        plugin_.make_nccl(store.get(), rank, world, absl::ToInt64Milliseconds(timeout), error, kErrorSize);
    TORCH_CHECK_WITH(DistBackendError, backend != nullptr, "NCCL: ", error);
    return c10::intrusive_ptr<c10d::Backend>::reclaim(backend);
  };
}

}  // namespace doodle
