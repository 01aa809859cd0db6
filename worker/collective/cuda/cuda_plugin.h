// The border between doodle-trainer and doodle-cuda.so, the one shared object that links CUDA and NCCL. A plain C
// struct, so that the trainer neither links nor loads any CUDA library on machines without a GPU.
//
// Compiled, never run: no machine with a GPU was at hand.
#ifndef DOODLE_WORKER_COLLECTIVE_CUDA_CUDA_PLUGIN_H_
#define DOODLE_WORKER_COLLECTIVE_CUDA_CUDA_PLUGIN_H_

#include <cstddef>
#include <cstdint>

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

extern "C" {

// Functions of the plugin; thread-compatible, none throws. Those that can fail write a message to `error` (of
// `error_size` bytes, always terminated) and return false or null.
struct DoodleCudaPlugin {
  int version;  // kDoodleCudaPluginVersion of the plugin.

  int (*device_count)();

  // Compute capability of a device times 10 (V100: 70), and its name (valid as long as the process).
  bool (*describe)(int device, int* capability, const char** name, char* error, size_t error_size);

  // Versions of cuDNN (91002) and NCCL (22705) that are loaded; 0: not there.
  int64_t (*cudnn_version)();
  int (*nccl_version)();

  // Makes `device` this thread's.
  bool (*set_device)(int device, char* error, size_t error_size);

  // Bytes that the caching allocator holds on `device`.
  int64_t (*reserved_bytes)(int device);

  // A ProcessGroupNCCL on the current device. `store` is borrowed; the result carries one reference, which the caller
  // takes over (c10::intrusive_ptr::reclaim).
  c10d::Backend* (*make_nccl)(c10d::Store* store, int rank, int world_size, int64_t timeout_ms, char* error,
                              size_t error_size);
};

constexpr int kDoodleCudaPluginVersion = 1;

// The symbol that dlsym looks up.
using DoodleCudaPluginEntry = const DoodleCudaPlugin* (*)();
constexpr const char* kDoodleCudaPluginEntry = "DoodleCudaPluginOpen";

}  // extern "C"

#endif  // DOODLE_WORKER_COLLECTIVE_CUDA_CUDA_PLUGIN_H_
