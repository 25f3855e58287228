#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The rows of the table in shell: `speaker.sh ROW NAMESPACE`.
set -euo pipefail
# shellcheck source=bindings/shell/statesync.sh
. "$(dirname "$0")/../../bindings/shell/statesync.sh"

follow() {
  local watching line
  statesync_watch "$topic" &
  watching=$!
  while read -r line; do
    if [[ $line == merge ]]; then
      statesync_merge "$topic" '{"by":"me"}' >/dev/null
    else
      kill "$watching"
      wait "$watching" || true
      echo stopped
    fi
  done
}

write() {
  statesync_set "$topic" '{"theme":"dark"}'
  statesync_set "$topic" '[1.5,null,"ä"]'
  statesync_snapshot "$topic"
}

merge() {
  statesync_merge "$topic" '{"a":null,"b":{"c":4}}'
  statesync_snapshot "$topic"
}

conflict() {
  local revision data
  statesync_swap "$topic" 0 '"mine"' 2>/dev/null || statesync_error $?
  read -r revision data <<<"$(statesync_snapshot "$topic")"
  statesync_swap "$topic" "$revision" '"mine"'
}

together() {
  local revisions
  statesync_set_many "$topic.a" 1 "$topic. " 1 2>/dev/null || statesync_error $?
  revisions=$(statesync_set_many "$topic.a" 1 "$topic.b" 2 "$topic.a" 3)
  echo "${revisions//$'\n'/ }"
}

# A script has no replica that could show a change and take it back. It shows what it is about to
# write; when that is refused it reads again what holds, and shows that.
optimistic() {
  local revision data wanted
  read -r revision data <<<"$(statesync_snapshot "$topic")"
  echo "$revision $data"
  for wanted in '{"volume":4}' '{"volume":11}'; do
    echo "$revision $wanted"
    statesync_merge "$topic" "$wanted" 2>/dev/null || echo "taken back: $(statesync_error $?)"
    read -r revision data <<<"$(statesync_snapshot "$topic")"
    echo "$revision $data"
  done
}

errors() {
  local name
  export STATESYNC_NAME=org.example.Refusing STATESYNC_PATH=/org/example/Refusing
  for name in "${statesync_errors[@]}"; do
    statesync_set "org.example.$name" 1 2>/dev/null || statesync_error $?
  done
}

list() {
  statesync_list "$topic" | while read -r revision name; do
    echo "$name $revision"
  done
}

topic=$2.$1
case $1 in
  restart) follow ;;
  *) "$1" ;;
esac
