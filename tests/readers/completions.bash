# What bash offers for `counterfoil prefl` and `counterfoil audit --format sar`.
source "$1"
offer() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _counterfoil counterfoil "${@: -1}" "${@: -2:1}"
  printf '%s' "${COMPREPLY[*]}"
}
printf '%s %s\n' "$(offer counterfoil prefl)" "$(offer counterfoil audit --format sar)"
