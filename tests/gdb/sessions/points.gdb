# Breakpoints, watchpoints and steps, in every form that gdb has for them.
hbreak takt_main
continue
info registers a0
delete
tbreak takt::firmware::Firmware::dispatch
continue
print id
print counters_.dispatches
watch -l counters_.dispatches
continue
rwatch -l counters_.dispatches
awatch -l counters_.jobs_finished
info watchpoints
delete 3
continue
delete
# A condition is gdb's: the core stops each time, and nothing changes.
break takt::firmware::Engines::start if job.tag == 3
continue
print job.tag
set $before = $pc
stepi
print $pc == $before
nexti
delete
finish
next
step
until
display counters_.jobs_finished
tbreak takt::firmware::Firmware::finish_running
continue
undisplay 1
backtrace 2
kill
