#!/bin/bash
# golden.sh TAKT ELF ROOT SESSION: a gdb session with the firmware, begun in ROOT with its .gdbinit, says what SESSION.golden has,
# addresses, lines of sources and times aside. UPDATE=1 writes that file. 77: no gdb-multiarch here.
set -euo pipefail
takt=$1 elf=$2 root=$3 session=$4
command -v gdb-multiarch >/dev/null || exit 77
folder=$(mktemp -d)
trap 'kill %1 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

"$takt" run single --set control_cpu.cost=iss --set run.measure_us=1000 --quiet --trace-level off -o run --gdb 0 2>server &
for _ in $(seq 200); do
  grep -q 'target remote' server && break
  sleep 0.1
done
port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' server)

cd "$root"
# What changes with the compiler or the cost of an instruction is not compared.
timeout 60 gdb-multiarch -q -batch -iex "set auto-load safe-path $root" -ex "takt-connect $port" -x "$session.gdb" "$elf" 2>"$folder/stderr" |
  sed -E 's/0x[0-9a-f]{8,}/ADDRESS/g; s/ \(.*\) at firmware/ (...) at firmware/; s/\.(cpp|S|h):[0-9]+/.\1:LINE/; s/, line [0-9]+\.$/, line LINE./
          s/^(ADDRESS\t)?[0-9]+\t.*/SOURCE/; s/^ADDRESS in //; s/(tick|cycle) [0-9]+/\1 N/g; s/ [0-9]+ commands retired/ N commands retired/; s/ +$//' >"$folder/said" || { cat "$folder"/said "$folder"/stderr; exit 1; }
cd "$folder"
# What monitor commands say comes on standard error.
printf 'standard error:\n' >>said
sed -E '/No such file|^warning: /d; s/ +$//; s/(pc|mepc|at|in) 0x[0-9a-f]{8}/\1 ADDRESS/g; s/[0-9]+ cycles$/N cycles/' stderr >>said
[ -z "${UPDATE:-}" ] || cp said "$session.golden"
diff -u "$session.golden" said || { cat stderr; exit 1; }
