/**
 * What makes the Tab key ask `multihome complete`. The scripts know no command and no option: only how their shell
 * asks and wants to be answered. `multihomed` is `multihome run`, and is never started by a Tab.
 */
const script = (parts: TemplateStringsArray): string => (parts.raw[0] ?? '').replaceAll('\\${', '${')

const BASH = script`# bash completion for multihome and multihomed: source <(multihome completion bash)
_multihome() {
  local program=$1 words=() current='' glued='' joins='' i piece line kind=''
  if [[ $program == *multihomed ]]; then
    program=\${program%d}
    words=(run)
  fi
  program=\${program/#\~\//$HOME/}

  # readline breaks words at = and : too, the command does not
  local first=\${#words[@]}
  for ((i = 1; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    if ((\${#words[@]} > first)) && [[ $joins || $piece =~ ^[=:]+$ ]]; then
      glued=\${words[-1]}
      [[ $piece =~ ^[=:]+$ ]] && glued+=$piece
      words[-1]+=$piece
    else
      glued=''
      words+=("$piece")
    fi
    [[ $piece =~ ^[=:]+$ ]] && joins=1 || joins=''
  done
  current=\${words[-1]}
  unset 'words[-1]'

  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) kind=\${line#:} ;;
      ?*)
        line=\${line%%$'\t'*}
        COMPREPLY+=("\${line#"$glued"}")
        ;;
    esac
  done < <("$program" complete -- "\${words[@]}" "$current" 2>/dev/null)
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    commands) mapfile -t COMPREPLY < <(compgen -c -- "$current") ;;
  esac
}
complete -F _multihome multihome multihomed
`

const ZSH = script`#compdef multihome multihomed
# zsh completion for multihome and multihomed: source <(multihome completion zsh), after compinit
_multihome() {
  local -a program typed entries
  local line kind='' glued='' current=$PREFIX
  program=(\${~\${(Q)words[1]}})
  typed=("\${(@Q)words[2,CURRENT-1]}")
  if [[ \${program[1]:t} == multihomed ]]; then
    program[1]=\${program[1]%d}
    typed=(run $typed)
  fi
  if [[ $current == --*=* ]]; then
    glued=\${current%%=*}=
    compset -P '*='
  fi
  for line in "\${(@f)$($program[1] complete -- "\${typed[@]}" "$current" 2>/dev/null)}"; do
    case $line in
      (:*) kind=\${line#:} ;;
      (?*)
        line=\${line#"$glued"}
        entries+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}")
        ;;
    esac
  done
  case $kind in
    (files) _files ;;
    (folders) _files -/ ;;
    (commands) _command_names -e ;;
    (*) _describe -V multihome entries ;;
  esac
}
if [[ $funcstack[1] == _multihome ]]; then
  _multihome "$@"
else
  compdef _multihome multihome multihomed
fi
`

const FISH = script`# fish completion for multihome and multihomed: multihome completion fish | source
function __multihome_complete
    set -l typed (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $typed[1])
    set -e typed[1]
    if string match -qr 'multihomed$' -- $program
        set program (string replace -r 'd$' '' -- $program)
        set -p typed run
    end
    set -l current (commandline -ct)
    set -l glued (string match -r -- '^--[^=]*=' $current)
    set -l rest (string replace -r -- '^--[^=]*=' '' $current)
    for line in ($program complete -- $typed "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$rest" | string replace -r '^' -- "$glued"
            case ':folders'
                __fish_complete_directories "$rest" '' | string replace -r '^' -- "$glued"
            case ':commands'
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end
complete -c multihome -f -k -a '(__multihome_complete)'
complete -c multihomed -f -k -a '(__multihome_complete)'
`

export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const
