# What fish offers for `counterfoil prefl` and `counterfoil audit --format sar`.
source $argv[1]
function offer
    complete -C $argv[1] | string split --fields 1 \t
end
echo (offer "counterfoil prefl") (offer "counterfoil audit --format sar")
