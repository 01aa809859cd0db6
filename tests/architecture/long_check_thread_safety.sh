#!/usr/bin/env bash
# The annotations of the locks, read by clang: everything that needs no LibTorch compiles without a warning.
exec "$(dirname "$0")/../../deploy/build.sh" thread-safety
