#!/usr/bin/env bash
# clang-tidy with .clang-tidy.
#   tests/tidy.sh --changed     the .cc files that differ from the commit before (or from DOODLE_TIDY_BASE), at most 20
#   tests/tidy.sh --all         the whole tree
# Two files at a time; the closing line counts: N files, N with findings, N seconds.
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
failed=$(mktemp)
trap 'rm -f "$failed"' EXIT
total=$(printf '%s\n' $files | wc -l)
export build failed total

# check_file NUMBER FILE. GCC's own warning flags mean nothing to clang.
check_file() {
  printf '[%s/%s] %s\n' "$1" "$total" "$2" >&2
  clang-tidy-14 --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option "$2" 2> /dev/null || echo "$2" >> "$failed"
}
export -f check_file
printf '%s\n' $files | awk '{print NR, $0}' | xargs -P 2 -n 2 bash -c 'check_file "$@"' check_file

count=$(wc -l < "$failed")
printf 'clang-tidy: %d files, %d with findings, %d s\n' "$total" "$count" "$SECONDS" >&2
sort "$failed" | sed 's/^/  /' >&2
[ "$count" = 0 ]
