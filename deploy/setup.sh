#!/usr/bin/env bash
# Installs what a build needs: Debian packages and LibTorch. Does nothing where all is there.
#   deploy/setup.sh [--checks]     --checks: also what the tests' checks need (formatter, linter, promtool)
source "$(dirname "$0")/steps.sh"

step "install Debian packages" "check the network and apt's sources, or install deploy/packages-debian.txt by hand"
install_packages "$DOODLE_ROOT/deploy/packages-debian.txt"
if [ "${1:-}" = --checks ]; then
  install_packages "$DOODLE_ROOT/deploy/packages-checks-debian.txt"
  code=0
  "$DOODLE_ROOT/deploy/s3_server.sh" >&2 || code=$?  # Names its own step; without Go its check is skipped.
  [ "$code" = 0 ] || [ "$code" = 77 ] || exit "$code"
fi

step "unpack LibTorch" "check the network and that 4 GB of disk are free, then run it again"
unpack_wheels "$DOODLE_ROOT/deploy/requirements-torch.txt" "$DOODLE_ROOT/.deps/torch"

"$DOODLE_ROOT/deploy/cuda_headers.sh"  # Names its own steps.
