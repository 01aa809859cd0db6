#!/usr/bin/env bash
# buf's STANDARD rules on proto/ (proto/buf.yaml). Exit 0: clean; 1: findings, printed with file and line; 77: skipped,
# with the reason. Installs the pinned buf below .deps/ on first use, which needs npm and its registry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=1.75.0
home=.deps/buf-$version
buf=$home/node_modules/.bin/buf

skip() {
  echo "lint_protos: skipped: $1"
  exit 77
}

if [[ ! -x $buf ]]; then
  command -v npm > /dev/null || skip "npm is not installed (Debian: apt-get install npm)"
  mkdir -p "$home"
  if ! npm install --prefix "$home" --no-audit --no-fund --loglevel=error "@bufbuild/buf@$version" > "$home/install.log" 2>&1; then
    skip "npm cannot install @bufbuild/buf $version: $(tail -n 1 "$home/install.log")"
  fi
fi

"$buf" lint proto || exit 1
echo "lint_protos: proto/ is clean (buf $version, STANDARD)"
