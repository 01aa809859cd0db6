#!/usr/bin/env bash
# Builds a preset of CMakePresets.json, after deploy/setup.sh.
#   deploy/build.sh [PRESET [TARGET...]]     default: release, everything
source "$(dirname "$0")/steps.sh"

preset=${1:-release}
shift || true
cd "$DOODLE_ROOT"

step "configure $preset" "see build/$preset/configure.log"
mkdir -p "build/$preset"
cmake --preset "$preset" > "build/$preset/configure.log" 2>&1 || { tail -n 20 "build/$preset/configure.log" >&2; false; }

step "build $preset" "the compiler's message is above; 4 GB of memory are needed"
cmake --build "build/$preset" ${1:+--target} "$@"
