# LibTorch from the PyPI wheel that deploy/setup.sh unpacks. Only torch_cpu and c10 are linked: libtorch.so would
# drag in every CUDA library. find_package(Torch) is not used because it demands a CUDA toolkit.
set(DOODLE_TORCH_DIR ${CMAKE_SOURCE_DIR}/.deps/torch CACHE PATH "The folder that holds torch/ and nvidia/")
if(NOT DOODLE_TORCH)
  return()
endif()
if(NOT EXISTS ${DOODLE_TORCH_DIR}/torch/lib/libtorch_cpu.so)
  message(FATAL_ERROR "LibTorch is not at ${DOODLE_TORCH_DIR}: run deploy/setup.sh, or configure with -DDOODLE_TORCH=OFF")
endif()

add_library(doodle_torch INTERFACE)
# Gloo's headers are not in the wheel; worker/collective/gloo_headers has what c10d's header needs of them.
target_include_directories(doodle_torch SYSTEM INTERFACE
  ${DOODLE_TORCH_DIR}/torch/include
  ${DOODLE_TORCH_DIR}/torch/include/torch/csrc/api/include
  ${CMAKE_SOURCE_DIR}/worker/collective/gloo_headers)
target_compile_definitions(doodle_torch INTERFACE USE_C10D_GLOO)
target_link_options(doodle_torch INTERFACE
  -Wl,--allow-shlib-undefined -Wl,-rpath,${DOODLE_TORCH_DIR}/torch/lib)
target_link_libraries(doodle_torch INTERFACE
  -Wl,--no-as-needed ${DOODLE_TORCH_DIR}/torch/lib/libtorch_cpu.so ${DOODLE_TORCH_DIR}/torch/lib/libc10.so -Wl,--as-needed)
