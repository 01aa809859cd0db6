# The CUDA plugin: one shared object with all that touches CUDA and NCCL, opened by doodle-trainer at run time. Built
# from headers alone, without a CUDA toolkit; its libraries are found at run time through libtorch_cuda.so's own paths.
set(DOODLE_CUDA_HEADERS ${CMAKE_SOURCE_DIR}/.deps/cuda-headers CACHE PATH "The folder that holds nvidia/*/include")

# doodle_cuda_plugin(NAME SOURCE...)
function(doodle_cuda_plugin name)
  if(NOT EXISTS ${DOODLE_CUDA_HEADERS}/nvidia/nccl/include/nccl.h)
    message(FATAL_ERROR "CUDA headers are not at ${DOODLE_CUDA_HEADERS}: run deploy/cuda_headers.sh, or configure with -DDOODLE_CUDA_PLUGIN=OFF")
  endif()
  file(GLOB includes ${DOODLE_CUDA_HEADERS}/nvidia/*/include)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_include_directories(${name} SYSTEM PRIVATE ${includes})
  target_compile_definitions(${name} PRIVATE USE_C10D_NCCL)
  target_link_libraries(${name} PRIVATE doodle_warnings doodle_absl doodle_torch -Wl,--no-as-needed
    ${DOODLE_TORCH_DIR}/torch/lib/libtorch_cuda.so ${DOODLE_TORCH_DIR}/torch/lib/libc10_cuda.so -Wl,--as-needed)
  target_link_options(${name} PRIVATE -Wl,--unresolved-symbols=ignore-in-shared-libs)
endfunction()
