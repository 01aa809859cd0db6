#!/usr/bin/env bash
# Runs the tests that need no LibTorch, the simulation among them, under a sanitizer. The closing lines count and say how
# long it took.
#   tests/sanitize.sh asan-ubsan|tsan
source "$(dirname "$0")/../deploy/steps.sh"

preset=${1:?usage: tests/sanitize.sh asan-ubsan|tsan}
"$DOODLE_ROOT/deploy/build.sh" "$preset"
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export LSAN_OPTIONS="suppressions=$DOODLE_ROOT/tests/testing/leaks.txt:print_suppressions=0"
export TSAN_OPTIONS="suppressions=$DOODLE_ROOT/tests/testing/thread_sanitizer/suppressions.txt:print_suppressions=0"

failed=0 count=0
cd "$DOODLE_ROOT"
step "run the tests under $preset" "the report is above"
for binary in build/"$preset"/tests/tests_*; do
  count=$((count + 1))
  log=build/$preset/$(basename "$binary").log
  if ! timeout 900 "$binary" --gtest_brief=1 > "$log" 2>&1; then
    failed=$((failed + 1))
    tail -n 60 "$log" >&2
    printf 'failed under %s: %s\n' "$preset" "$(basename "$binary")" >&2
  fi
done
printf '%s: %d test binaries, %d failed, %d s\n' "$preset" "$count" "$failed" "$SECONDS" >&2
[ "$failed" = 0 ] && [ "$count" -gt 0 ]
