#!/usr/bin/env bash
# The unit tests without LibTorch and the simulation under the thread sanitizer.
exec "$(dirname "$0")/../sanitize.sh" tsan
