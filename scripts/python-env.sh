#!/usr/bin/env bash
# Makes .venv with other people's tools, which open what covid-ct exports: mlcroissant, datasets, pandas, Pillow, onnxruntime.
set -euo pipefail
cd "$(dirname "$0")/.."
if command -v apt-get >/dev/null && ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
  apt-get update -qq && apt-get install -y -qq python3 python3-venv
fi
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/interop/requirements.txt
