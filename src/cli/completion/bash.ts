/**
 * The completion of bash, which needs no package. Words are joined again where bash parts them at `=` and `:`, nothing
 * that was typed is ever run, and sourcing it twice changes nothing.
 */
export const BASH_COMPLETION = `# bash completion for agent-chat
_agent_chat() {
    local rest=$COMP_LINE word before cur i line is_file= values=() words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        before=\${rest%%"$word"*}
        if [[ -n $word && -z $before && i -gt 0 ]]; then
            words[\${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        rest=\${rest#"$before$word"}
    done
    cur=\${words[\${#words[@]}-1]}
    while IFS= read -r line; do
        case $line in
            :0) is_file=yes ;;
            :*) ;;
            *) values+=("\${line%%$'\\t'*}") ;;
        esac
    done < <(agent-chat complete -- "\${words[@]:1}" 2>/dev/null)
    COMPREPLY=()
    if [[ -n $is_file ]]; then
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${cur##*[=:]}")
        return
    fi
    # bash replaces only what stands behind the last = or :.
    [[ $cur == --*=* ]] && cur=\${cur#*=}
    before=
    [[ $cur == *[=:]* ]] && before=\${cur%"\${cur##*[=:]}"}
    for line in "\${values[@]}"; do COMPREPLY+=("\${line#"$before"}"); done
}
complete -F _agent_chat agent-chat
`;
