#!/usr/bin/env bash
# Builds the S3 server that tests/integration/check_object_storage.py runs, and prints its path: versitygw, at the version
# and hashes of tests/integration/s3_server/go.mod and go.sum. Does nothing where it is there. Exit 77: no Go for it, or
# its modules cannot be fetched.
source "$(dirname "$0")/steps.sh"

list=$DOODLE_ROOT/tests/integration/s3_server
home=$DOODLE_ROOT/.deps/s3-server
stamp=$(cat "$list/go.mod" "$list/go.sum" | sha256sum)
if [ "$(cat "$home/.stamp" 2> /dev/null)" != "$stamp" ]; then
  wanted=$(sed -n 's/^go //p' "$list/go.mod")
  found=$(go env GOVERSION 2> /dev/null || true)
  if [ -z "$found" ] || [ "$(printf '%s\n' "go$wanted" "$found" | sort --version-sort | head -n 1)" != "go$wanted" ]; then
    echo "s3_server: skipped: needs Go $wanted or newer, here is ${found:-none}"
    exit 77
  fi
  mkdir -p "$home"
  if ! (cd "$list" && go build -mod=readonly -trimpath -ldflags=-s -o "$home/versitygw" github.com/versity/versitygw/cmd/versitygw) >&2; then
    echo "s3_server: skipped: could not be built (the reason is above): check that the Go modules can be fetched and that 2 GB of disk are free"
    exit 77
  fi
  printf '%s\n' "$stamp" > "$home/.stamp"
fi
echo "$home/versitygw"
