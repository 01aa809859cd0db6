#include "worker/collective/cuda/cuda_plugin.h"

#include <cuda_runtime.h>
#include <nccl.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>

#include "ATen/cuda/CUDAContext.h"
#include "ATen/detail/CUDAHooksInterface.h"
#include "c10/cuda/CUDACachingAllocator.h"
#include "c10/cuda/CUDAFunctions.h"
#include "torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp"

// ProcessGroupNCCL::Options holds ncclConfig_t by value: another version of the header would shift its members.
static_assert(NCCL_VERSION_CODE == 22705, "nccl.h is not of the version that LibTorch was built with");

namespace {

void Explain(const std::string& text, char* error, size_t error_size) {
  if (error_size == 0) return;
  const size_t length = std::min(text.size(), error_size - 1);
  std::memcpy(error, text.data(), length);
  error[length] = '\0';
}

// Nothing may be thrown across the border.
template <typename Body>
auto Guard(Body&& body, char* error, size_t error_size) -> decltype(body()) {
  try {
    return body();
  } catch (const c10::Error& failure) {
    Explain(failure.what_without_backtrace(), error, error_size);
  } catch (const std::exception& failure) {
    Explain(failure.what(), error, error_size);
  }
  return {};
}

int DeviceCount() { return c10::cuda::device_count(); }

bool Describe(int device, int* capability, const char** name, char* error, size_t error_size) {
  return Guard(
      [&] {
        const cudaDeviceProp* properties = at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(device));
        *capability = properties->major * 10 + properties->minor;
        *name = properties->name;
        return true;
      },
      error, error_size);
}

int64_t CudnnVersion() {
  return Guard([] { return static_cast<int64_t>(at::detail::getCUDAHooks().versionCuDNN()); }, nullptr, 0);
}

int NcclVersion() {
  int version = 0;
  return ncclGetVersion(&version) == ncclSuccess ? version : 0;
}

bool SetDevice(int device, char* error, size_t error_size) {
  return Guard(
      [&] {
        c10::cuda::set_device(static_cast<c10::DeviceIndex>(device));
        return true;
      },
      error, error_size);
}

int64_t ReservedBytes(int device) {
  return Guard(
      [&] {
        const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(device));
        return stats.reserved_bytes[0].current;  // 0: all pools together.
      },
      nullptr, 0);
}

c10d::Backend* MakeNccl(c10d::Store* store, int rank, int world_size, int64_t timeout_ms, char* error,
                        size_t error_size) {
  return Guard(
      [&]() -> c10d::Backend* {
        auto options = c10d::ProcessGroupNCCL::Options::create();
        options->timeout = std::chrono::milliseconds(timeout_ms);
        auto backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(c10::intrusive_ptr<c10d::Store>::reclaim_copy(store),
                                                                   rank, world_size, options);
        // Connects now, so that a bad network shows while the gang forms and not in its first step.
        backend->eagerConnectSingleDevice(at::Device(at::kCUDA, c10::cuda::current_device()));
        return backend.release();
      },
      error, error_size);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const DoodleCudaPlugin* DoodleCudaPluginOpen() {
  static const DoodleCudaPlugin plugin = {
      kDoodleCudaPluginVersion, DeviceCount, Describe, CudnnVersion, NcclVersion, SetDevice, ReservedBytes, MakeNccl};
  return &plugin;
}
