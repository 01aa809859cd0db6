#!/usr/bin/env bash
# Runs every test that needs no GPU, after setting up and building whatever is missing.
#   tests/run.sh [--long] [--filter TEXT] [--build PRESET]
# --long adds the nightly lengths (thread sanitizer, whole-tree tidy, live conformance); --filter runs the test
# binaries, scripts and cases whose name has TEXT. The closing line counts: N passed, N failed, N skipped.
source "$(dirname "$0")/../deploy/steps.sh"

preset=release
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --build) preset=$2; shift 2 ;;
    --filter) arguments+=(--filter "$2"); shift 2 ;;
    --long) arguments+=(--long); shift ;;
    *) printf 'tests/run.sh: unknown argument %s (known: --long, --filter TEXT, --build PRESET)\n' "$1" >&2; exit 2 ;;
  esac
done

"$DOODLE_ROOT/deploy/setup.sh" --checks
"$DOODLE_ROOT/deploy/build.sh" "$preset"

trap - ERR
exec python3 "$DOODLE_ROOT/tests/run_tests.py" --build "$DOODLE_ROOT/build/$preset" "${arguments[@]}"
