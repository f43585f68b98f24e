# What zsh writes behind `counterfoil prefl` and `counterfoil audit --format sar` when tab is pressed, in a terminal
# of its own.
zmodload zsh/zpty

# Types a line and tab; prints the word that is waited for, once it stands there.
offer() {
  local seen part
  zpty -b shell zsh -f -i
  zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit; compinit -D -u"
  zpty -w -n shell "$2"$'\t'
  repeat 100; do
    while zpty -r -t shell part; do seen+=$part; done
    if [[ $seen == *$3* ]]; then print -n -- $3; break; fi
    sleep 0.1
  done
  zpty -d shell
}
print -r -- "$(offer $1 'counterfoil prefl' preflight) $(offer $1 'counterfoil audit --format sar' sarif)"
