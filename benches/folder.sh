# Sourced by the benches: `folder` is the one that is named, or a temporary one that goes when the bench ends.
if [ -n "${1:-}" ]; then
    folder=$1
    mkdir -p "$folder"
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
