#!/usr/bin/env bash
# Every C++ file is as clang-format writes it.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v clang-format-14 > /dev/null; then
  echo 'clang-format-14 is not installed: deploy/setup.sh --checks'
  exit 77
fi
git ls-files '*.cc' '*.h' | xargs clang-format-14 --dry-run --Werror
