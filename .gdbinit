# gdb reads this in the folder in which it is started, if it may: gdb-multiarch -iex 'set auto-load safe-path .'
source firmware/takt.gdb
