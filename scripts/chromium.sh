#!/usr/bin/env bash
# Installs Debian's Chromium for the tests in a browser, where there is none. CHROMIUM names another one.
set -euo pipefail
chromium="${CHROMIUM:-/usr/bin/chromium}"
if [ ! -x "$chromium" ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium
fi
"$chromium" --version
