#!/usr/bin/env bash
# The checks that need a GPU, on a machine that has one: plugin, one rank, two ranks equal, fp16 with loss scaling,
# checkpoint, kill. Prints a table; exit 1 when a check failed. Without a GPU every row is skipped, with the reason.
# Written without a GPU at hand: the code behind it was compiled and never run.
#   tests/gpu/run.sh [--build PRESET]      default: release
source "$(dirname "$0")/../../deploy/steps.sh"

preset=release
if [ "${1:-}" = --build ]; then preset=$2; fi

if [ -e /dev/nvidia0 ]; then
  "$DOODLE_ROOT/deploy/setup.sh"
  step "unpack CUDA headers" "see deploy/cuda_headers.sh"
  "$DOODLE_ROOT/deploy/cuda_headers.sh"
  step "unpack CUDA libraries" "check the network and that 7 GB of disk are free"
  platforms=()
  for version in 28 27 24 17 12 5; do platforms+=(--platform "manylinux_2_${version}_x86_64"); done
  if [ ! -e "$DOODLE_ROOT/.deps/torch/nvidia/cudnn" ]; then
    python3 -m pip --disable-pip-version-check install --quiet --no-deps --no-compile --no-cache-dir --require-hashes \
      --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 "${platforms[@]}" \
      --platform manylinux2014_x86_64 --platform any --root-user-action=ignore --upgrade \
      --requirement "$DOODLE_ROOT/deploy/requirements-gpu.txt" --target "$DOODLE_ROOT/.deps/torch"
  fi
  "$DOODLE_ROOT/deploy/build.sh" "$preset"
fi
trap - ERR
exec python3 "$DOODLE_ROOT/tests/gpu/gpu_checks.py" "$DOODLE_ROOT" "$DOODLE_ROOT/build/$preset/bin"
