#!/bin/sh
# The browser tests drive Debian's Chromium and Firefox ESR. Install what is missing where that is
# possible without asking; otherwise those tests are skipped and say so.
set -eu

missing=""
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="chromium"
command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing="$missing firefox-esr"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "not found:$missing (their tests are skipped)"
    exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
    sudo=""
elif sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "not found:$missing (install them for the browser tests, which are skipped now)"
    exit 0
fi

echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086 # word splitting is wanted
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
