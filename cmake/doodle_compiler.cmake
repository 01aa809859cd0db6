# How every file of the project is compiled: language, warnings, sanitizers, linker and compiler cache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")  # Assertions stay: an illegal state must not go on unnoticed.

find_program(DOODLE_CCACHE ccache)
if(DOODLE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DOODLE_CCACHE})
endif()
find_program(DOODLE_MOLD mold)
find_program(DOODLE_LLD ld.lld)
if(DOODLE_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(DOODLE_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(DOODLE_SANITIZE)
  add_compile_options(-fsanitize=${DOODLE_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${DOODLE_SANITIZE})
endif()

# The warnings of our own targets; generated code gets none of them.
add_library(doodle_warnings INTERFACE)
target_compile_options(doodle_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(doodle_warnings INTERFACE -Wthread-safety)
endif()
