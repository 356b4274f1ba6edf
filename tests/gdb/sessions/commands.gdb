# The commands of firmware/takt.gdb on a lone stream: before boot, where its second job begins, and where that ends.
takt-job
takt-log
takt-trap
takt-break-job 2
continue
takt-job
takt-queues
takt-slots 1
takt-slots 0
takt-counters
takt-programs
takt-log 3
delete
tbreak takt::firmware::Firmware::finish_running
continue
takt-engines
takt-job
takt-counters
takt-trap
kill
