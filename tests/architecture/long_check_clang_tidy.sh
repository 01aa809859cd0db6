#!/usr/bin/env bash
# The whole tree under clang-tidy.
exec "$(dirname "$0")/../tidy.sh" --all
