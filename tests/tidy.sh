#!/usr/bin/env bash
# clang-tidy with .clang-tidy.
#   tests/tidy.sh --changed     the .cc files that differ from the commit before (or from DOODLE_TIDY_BASE), at most 20
#   tests/tidy.sh --all         the whole tree
source "$(dirname "$0")/../deploy/steps.sh"
cd "$DOODLE_ROOT"

step "list the files" "use --changed or --all"
case ${1:-} in
  --all) files=$(git ls-files '*.cc') ;;
  --changed)
    base=${DOODLE_TIDY_BASE:-$(git rev-parse --verify -q HEAD~1 || git hash-object -t tree /dev/null)}
    files=$(git diff --name-only --diff-filter=AM "$base" -- '*.cc' | head -n 20)
    ;;
  *) false ;;
esac
if [ -z "$files" ]; then
  echo 'no C++ file changed' >&2
  exit 0
fi

step "clang-tidy" "each finding names its check; .clang-tidy says which are on"
build=build/release
[ -f $build/compile_commands.json ] || cmake --preset release > /dev/null
# GCC's own warning flags mean nothing to clang.
printf '%s\n' $files | xargs -P 2 -n 2 clang-tidy-14 --quiet -p $build --extra-arg=-Wno-unknown-warning-option
