#!/usr/bin/env bash
# Checks what REPLYLINT_PATHS names (one a line) and writes annotations, a summary and SARIF. Nothing of it is evaluated.
set -euo pipefail
lines() { while IFS= read -r line || [ -n "$line" ]; do if [ -n "$line" ]; then printf '%s\0' "$line"; fi; done <<<"$1"; }

paths=() args=()
while IFS= read -r -d '' line; do paths+=("$line"); done < <(lines "${REPLYLINT_PATHS:-.}")
while IFS= read -r -d '' line; do args+=("$line"); done < <(lines "${REPLYLINT_ARGS:-}")
if [ -n "${REPLYLINT_SARIF:-}" ]; then args+=("--output=sarif=$REPLYLINT_SARIF"); fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    summary=$(mktemp -d)/summary.md
    args+=("--output=markdown=$summary")
fi

status=0
replylint check --output=github "--fail-on=${REPLYLINT_FAIL_ON:-warning}" ${args[@]+"${args[@]}"} -- "${paths[@]}" || status=$?
if [ -n "${summary:-}" ] && [ -f "$summary" ]; then cat "$summary" >>"$GITHUB_STEP_SUMMARY"; fi
if [ -n "${REPLYLINT_SARIF:-}" ] && [ -f "$REPLYLINT_SARIF" ] && [ -n "${GITHUB_OUTPUT:-}" ]; then
    echo "sarif=$REPLYLINT_SARIF" >>"$GITHUB_OUTPUT"
fi
exit "$status"
