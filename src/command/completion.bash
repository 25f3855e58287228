# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of statesync(1) for bash 4.3 and newer; stands alone.
#
# Topic names may hold blanks, quotes and the characters at which readline divides words (colons
# above all). So what is typed is read here as the shell will read it, and a completion is the
# part that readline replaces, left as it was typed, and behind it the rest of the name, quoted
# for the place where it lands. Sub-commands and options are those that --help shows.

# Divides $1 into words: fills `words` with them, unquoted; the last is the one at the cursor.
# `quote` is then the quotation mark that is open there, `dangling` a backslash without its
# character.
_statesync_split ()
{
  local line=$1 char next i started=

  words=('') quote= dangling=
  for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1}
    if [[ $quote == "'" ]]; then
      if [[ $char == "'" ]]; then quote=; else words[-1]+=$char; fi
    elif [[ $char == \\ ]]; then
      ((++i))
      next=${line:i:1} started=1
      if [[ -z $next ]]; then dangling=\\; fi
      if [[ $quote == '"' && $next != [\$\`\"\\] ]]; then words[-1]+=\\; fi
      words[-1]+=$next
    elif [[ $quote == '"' ]]; then
      if [[ $char == '"' ]]; then quote=; else words[-1]+=$char; fi
    elif [[ $char == [\'\"] ]]; then
      quote=$char started=1
    elif [[ $char != [[:blank:]] ]]; then
      words[-1]+=$char started=1
    elif [[ -n $started ]]; then
      words+=('') started=
    fi
  done
}

# Sets `quoted` to $1, the rest of a name, quoted for where it lands.
_statesync_quote ()
{
  quoted=$1
  case $quote in
    "'")
      quoted=${quoted//\'/\'\\\'\'}
      ;;
    '"')
      quoted=${quoted//\\/\\\\}
      quoted=${quoted//\"/\\\"}
      quoted=${quoted//\$/\\\$}
      quoted=${quoted//\`/\\\`}
      quoted=${quoted//\!/\"\'\!\'\"}
      ;;
    *)
      if [[ -n $quoted ]]; then printf -v quoted %q "$quoted"; fi
      ;;
  esac
}

_statesync_topics ()
{
  local name quoted

  while IFS= read -r name; do
    if [[ $name == "$current"* ]]; then
      _statesync_quote "${name:${#current}}"
      COMPREPLY+=("${replaced%"$dangling"}$quoted")
    fi
  done < <(statesync list --names 2>/dev/null)
}

_statesync_words ()
{
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}

# What --help of $1 shows: one option a line, with = if it takes a value.
_statesync_options ()
{
  statesync $1 --help 2>/dev/null | sed -n 's/^  \(-h, \)\{0,1\}\(--[a-z-]*=\{0,1\}\).*/\2/p'
}

_statesync_commands ()
{
  statesync --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'
}

_statesync_takes_value ()
{
  [[ $1 == --* && $options == *"$1="* ]]
}

# Where the word at the cursor stands: after how many `operands`; behind a -- (`ended`), where all
# words are operands; right behind an option that takes a value (`valued`).
_statesync_look_back ()
{
  local i

  operands=0 ended= valued=
  for ((i = 2; i < ${#words[@]} - 1; i++)); do
    if [[ -n $ended ]]; then
      ((operands++))
    elif [[ ${words[i]} == -- ]]; then
      ended=1
    elif _statesync_takes_value "${words[i]}"; then
      valued=${words[i]}
      ((i++))
    elif [[ ${words[i]} != --* ]]; then
      ((operands++))
    fi
  done
  # The value was one of the words before.
  if ((i == ${#words[@]} - 1)); then valued=; fi
}

_statesync_operand ()
{
  case $command,$operands in
    stats,*) ;;
    import,0) compopt -o default 2>/dev/null ;;
    schema,0) _statesync_words "check find" ;;
    schema,1)
      if [[ ${words[-2]} == find ]]; then
        _statesync_topics
      else
        compopt -o default 2>/dev/null
      fi
      ;;
    schema,*) compopt -o default 2>/dev/null ;;
    watch,* | [!i]*,0) _statesync_topics ;;
  esac
}

_statesync ()
{
  local line=${COMP_LINE-${COMP_WORDS[*]:0:COMP_CWORD+1}}
  local replaced=${2-${COMP_WORDS[COMP_CWORD]}}
  local words quote dangling current command options operands ended valued

  COMPREPLY=()
  _statesync_split "${line:0:${COMP_POINT-${#line}}}"
  current=${words[-1]} command=${words[1]}
  if ((${#words[@]} <= 2)); then
    _statesync_words "$(_statesync_commands) --help --version"
    return
  fi

  options=$(_statesync_options "$command")
  _statesync_look_back
  case $valued,$ended,$current in
    --file,*) compopt -o default 2>/dev/null ;;
    -*) ;;
    ,,-*) _statesync_words "${options//=/}" ;;
    *) _statesync_operand ;;
  esac
}

complete -F _statesync statesync
