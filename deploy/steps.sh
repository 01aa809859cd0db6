# Sourced by the other scripts: named steps, so that a failure says which step it was and what to do.
set -euo pipefail

DOODLE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DOODLE_STEP=start
DOODLE_HINT="run it again; if it fails again, the lines above say why"

# step NAME HINT: what begins now, and what to do should it fail.
step() {
  DOODLE_STEP=$1
  DOODLE_HINT=$2
  printf '== %s\n' "$1" >&2
}

report_failure() {
  printf '%s: step "%s" failed: %s\n' "$(basename "$0")" "$DOODLE_STEP" "$DOODLE_HINT" >&2
}
trap 'report_failure' ERR

# as_root COMMAND...: as root, through sudo where needed; fails where neither is there.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo > /dev/null && sudo -n true 2> /dev/null; }
}

# install_packages LIST: installs what is missing of a list of Debian packages; without root it lists them and stops.
install_packages() {
  local missing=() name
  while read -r name; do
    case $name in '' | '#'*) continue ;; esac
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2> /dev/null)" = installed ] || missing+=("$name")
  done < "$1"
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! can_be_root; then
    printf 'These Debian packages are missing, and installing them needs root or sudo:\n  apt-get install %s\n' \
      "${missing[*]}" >&2
    return 1
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

# unpack_wheels REQUIREMENTS FOLDER: pinned, hashed wheels unpacked below FOLDER, once per content of the list.
unpack_wheels() {
  local stamp
  stamp=$(sha256sum < "$1")
  if [ "$(cat "$2/.stamp" 2> /dev/null)" = "$stamp" ]; then return 0; fi
  rm -rf "$2"
  python3 -m pip --disable-pip-version-check install --quiet --no-deps --no-compile --no-cache-dir --require-hashes \
    --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64 \
    --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --platform any \
    --root-user-action=ignore --requirement "$1" --target "$2"
  printf '%s\n' "$stamp" > "$2/.stamp"
}

# install_peers: the Python environment of bench/peers/requirements.txt, as DOODLE_PEERS.
install_peers() {
  local list=$DOODLE_ROOT/bench/peers/requirements.txt stamp
  DOODLE_PEERS=$DOODLE_ROOT/.deps/peers
  stamp=$(sha256sum < "$list")
  if [ "$(cat "$DOODLE_PEERS/.stamp" 2> /dev/null)" = "$stamp" ]; then return 0; fi
  install_packages <(echo python3-venv)
  rm -rf "$DOODLE_PEERS"
  python3 -m venv "$DOODLE_PEERS"
  "$DOODLE_PEERS/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps --no-cache-dir --require-hashes \
    --only-binary=:all: --requirement "$list"
  printf '%s\n' "$stamp" > "$DOODLE_PEERS/.stamp"
}
