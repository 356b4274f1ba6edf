#!/bin/bash
# firmware.sh TAKT ELF: the firmware under gdb. Breakpoints, memory and registers are what they are, and the results those of a
# run without gdb. 77: no gdb-multiarch here.
set -euo pipefail
takt=$1 elf=$2
command -v gdb-multiarch >/dev/null || exit 77
folder=$(mktemp -d)
trap 'kill %1 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

run=("$takt" run single --set control_cpu.cost=iss --set run.measure_us=1000 --quiet --trace-level off)
"${run[@]}" -o plain
"${run[@]}" -o debugged --gdb 0 2>server &
for _ in $(seq 200); do
  grep -q 'target remote' server && break
  sleep 0.1
done
port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' server)

cat >script <<END
set pagination off
target remote 127.0.0.1:$port
break takt::firmware::Firmware::dispatch
continue
backtrace 4
print id
set var \$dispatches = &counters_.dispatches
print *\$dispatches
delete
watch -l *\$dispatches
continue
print *\$dispatches
continue
print *\$dispatches
delete
info registers mstatus
print/x *(unsigned*)0x10030000
monitor instructions
monitor state
detach
END
timeout 60 gdb-multiarch -q -batch -x script "$elf" >said 2>&1 || { cat said; exit 1; }
wait %1

expect() { grep -qE -- "$1" said || { echo "gdb did not say: $1"; cat said; exit 1; }; }
expect '^Breakpoint 1[.,].*Firmware::dispatch'
expect '^#[123] .*Firmware::step'
expect '^\$1 = 1$'                        # the only stream's queue
expect '^\$2 = 0$'                        # dispatches before the first one
expect '^\$3 = 1$'                        # the core stops behind the write
expect '^\$4 = 2$'
expect 'Old value = 1'
expect 'New value = 2'
expect 'mstatus +0x'
expect '^\$5 = 0x1000[0-9a-f]$'           # SYSTEM.VERSION: major 1
expect '^[0-9]+ instructions, [0-9]+ cycles$'
expect '^mode +machine'
cmp plain/jobs.csv debugged/jobs.csv
diff <(sed '/"host"/,$d' plain/results.json) <(sed '/"host"/,$d' debugged/results.json)
