#!/usr/bin/env bash
# Puts replylint on the path of the steps that follow: a ready-made program, a published version, or this source.
set -euo pipefail
put_on_path() { if [ -n "${GITHUB_PATH:-}" ]; then echo "$1" >>"$GITHUB_PATH"; fi; }

if [ -n "${REPLYLINT_BINARY:-}" ]; then
    [ -x "$REPLYLINT_BINARY" ] || { echo "there is no program at $REPLYLINT_BINARY" >&2; exit 2; }
    folder=$(cd "$(dirname "$REPLYLINT_BINARY")" && pwd)
    [ "$(basename "$REPLYLINT_BINARY")" = replylint ] || { echo "the program must be called replylint" >&2; exit 2; }
    put_on_path "$folder"
    exit
fi
root="${RUNNER_TEMP:-/tmp}/replylint-install"
if [ -n "${REPLYLINT_VERSION:-}" ]; then
    cargo install --locked --root "$root" --version "$REPLYLINT_VERSION" replylint
else
    cargo install --locked --root "$root" --path "$REPLYLINT_SOURCE"
fi
put_on_path "$root/bin"
