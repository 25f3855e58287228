# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Statesync for bash scripts, over busctl and nothing else. Source it, then:
#
#   statesync_get TOPIC                  prints the data: one JSON text, `null` if there is none
#   statesync_snapshot TOPIC             prints "REVISION DATA" on one line
#   statesync_set TOPIC DATA             writes; like all that write it prints the new revision
#   statesync_merge TOPIC PATCH          changes what the JSON Merge Patch names
#   statesync_swap TOPIC REVISION DATA   writes if the topic is still at that revision
#   statesync_set_many TOPIC DATA…       writes all or none; prints a revision for each, on lines
#   statesync_delete TOPIC               writes null
#   statesync_list [NAMESPACE]           prints "REVISION TOPIC", a line for each that holds data
#   statesync_watch TOPIC                prints "REVISION DATA", now and whenever it changes
#   statesync_error CODE                 prints the name of the error of the service that a code
#                                        stands for; nothing for one that stands for none
#
# They return 0; the code of an error of the service, 10 for the first of statesync_errors; 2 if
# they were used wrongly; 1 for whatever else went wrong. Standard error has the reason. A service
# of an app's own is spoken to with STATESYNC_NAME and STATESYNC_PATH, its name on the bus and its
# object path.

statesync_errors=(InvalidTopic InvalidData InvalidOption Conflict TooLarge LimitExceeded
  AccessDenied RevisionExhausted Rejected Storage Unavailable)

statesync_get() {
  _statesync_is_used_with 1 "$#" 'statesync_get TOPIC' || return
  _statesync_pull "$1" || return
  printf '%s\n' "$_statesync_data"
}

statesync_snapshot() {
  _statesync_is_used_with 1 "$#" 'statesync_snapshot TOPIC' || return
  _statesync_pull "$1" || return
  _statesync_line
}

statesync_set() {
  _statesync_is_used_with 2 "$#" 'statesync_set TOPIC DATA' || return
  _statesync_write "$1" "$2" 0
}

statesync_merge() {
  _statesync_is_used_with 2 "$#" 'statesync_merge TOPIC PATCH' || return
  _statesync_write "$1" "$2" 1 mode s merge
}

statesync_swap() {
  _statesync_is_used_with 3 "$#" 'statesync_swap TOPIC REVISION DATA' || return
  if [[ ! $2 =~ ^[0-9]+$ ]]; then
    printf "statesync: '%s' is no revision of '%s': statesync_snapshot prints it\n" "$2" "$1" >&2
    return 2
  fi
  _statesync_write "$1" "$3" 1 expected-revision t "$2"
}

statesync_set_many() {
  local answer writes=() number=$(($# / 2))
  _statesync_is_used_with $((number * 2)) "$#" 'statesync_set_many TOPIC DATA…' || return
  while (($# > 0)); do
    writes+=("$1" "$2" 0)
    shift 2
  done
  answer=$(_statesync_call WriteMany 'a(ssa{sv})' "$number" "${writes[@]}") || return
  answer=${answer#"at $number"}
  [[ $answer == '' ]] || printf '%s\n' "${answer# }" | tr ' ' '\n'
}

statesync_delete() {
  _statesync_is_used_with 1 "$#" 'statesync_delete TOPIC' || return
  _statesync_write "$1" null 0
}

statesync_list() {
  local answer line name
  answer=$(_statesync_call ListTopics s "${1-}") || return
  while IFS= read -r line; do
    name=${line% *}
    _statesync_unescape name "${name:1:-1}"
    printf '%s %s\n' "${line##* }" "$name"
  done < <(LC_ALL=C grep -aoE '"([^"\\]|\\.)*" [0-9]+' <<<"$answer")
}

statesync_error() {
  local code
  for code in "${!statesync_errors[@]}"; do
    [[ $1 != "$((code + 10))" ]] || printf '%s\n' "${statesync_errors[code]}"
  done
}

# The monitor is there before the first pull, so nothing is missed in between. What it tells is
# only that there may be something new, however many lines it takes to tell; what is new is what a
# pull gives that was not printed yet. A pull starts a service that is not there: so the end of one
# is no reason for a pull, and the start of the next is.
statesync_watch() {
  _statesync_is_used_with 1 "$#" 'statesync_watch TOPIC' || return
  local lines monitor line='' shown='' status=0
  exec {lines}< <(_statesync_monitor "$1" 2>&1)
  monitor=$!

  while read -r -u "$lines" line; do
    case $line in
      '' | *',""]}}') continue ;;
      '{'* | 'Monitoring bus message stream.') ;;
      *) break ;;
    esac
    while read -r -u "$lines" -t 0; do read -r -u "$lines" line; done
    _statesync_pull "$1" 2>/dev/null || _statesync_pull "$1" || { status=$?; break; }
    line=$(_statesync_line)
    [[ $line == "$shown" ]] || printf '%s\n' "$line"
    shown=$line
  done

  kill "$monitor" 2>/dev/null || true
  exec {lines}<&-
  ((status == 0)) || return "$status"
  printf 'statesync: the bus tells no more: %s\n' "$line" >&2
  return 1
}

# --- inside ---

_statesync_is_used_with() { # WANTED GIVEN USE
  (($1 == $2)) && return
  printf 'statesync: the use is: %s\n' "$3" >&2
  return 2
}

# Prints the answer as busctl does. Of an error busctl tells no more than the message, but its log
# has the name.
_statesync_call() { # METHOD SIGNATURE ARGUMENT…
  local output log code=1 status=0 name
  local error='Got message type=error( [a-z_]+=[^ ]*)* error-name=org.statesync.StateSync1.Error.([A-Za-z]+) '
  exec {output}>&1
  log=$(SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_COLOR=0 \
    SYSTEMD_LOG_TIME=0 SYSTEMD_LOG_LOCATION=0 \
    busctl --user -- call "${STATESYNC_NAME-org.statesync.StateSync1}" \
    "${STATESYNC_PATH-/org/statesync/StateSync1}" org.statesync.StateSync1 "$@" \
    2>&1 >&"$output") || status=$?
  exec {output}>&-
  ((status != 0)) || return 0

  if [[ $log =~ $error ]]; then
    for name in "${!statesync_errors[@]}"; do
      [[ ${statesync_errors[name]} != "${BASH_REMATCH[2]}" ]] || code=$((name + 10))
    done
  fi
  grep -v -e '^Bus ' -e '^sd-bus: ' -e '^Sent ' -e '^Got ' <<<"$log" |
    sed 's/^Call failed: //; s/^/statesync: /' >&2
  return "$code"
}

_statesync_revision='' _statesync_data='' # of the last pull
_statesync_pull() { # TOPIC
  local answer
  answer=$(_statesync_call GetSnapshot s "$1") || return
  answer=${answer#ts }
  _statesync_revision=${answer%% *}
  answer=${answer#* \"}
  _statesync_unescape _statesync_data "${answer%\"}"
}

# A line end in JSON is white space.
_statesync_line() {
  printf '%s %s\n' "$_statesync_revision" "${_statesync_data//$'\n'/ }"
}

_statesync_write() { # TOPIC DATA OPTIONS…
  local answer
  answer=$(_statesync_call Write 'ssa{sv}' "$@") || return
  printf '%s\n' "${answer#t }"
}

# busctl escapes strings as C does, and so does printf, but for quotes.
_statesync_unescape() { # VARIABLE TEXT
  local text=${2//\\\"/\\x22}
  printf -v "$1" '%b' "${text//\\\'/\\x27}"
}

_statesync_monitor() { # TOPIC
  local name=${STATESYNC_NAME-org.statesync.StateSync1}
  local changed="type='signal',sender='$name',member='Invalidated',arg0='${1//\'/\'\\\'\'}'"
  local owner="type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='$name'"
  # It is to end with the shell that reads it.
  exec setpriv --pdeathsig TERM \
    busctl --user --json=short --match="$changed" --match="$owner" monitor
}
