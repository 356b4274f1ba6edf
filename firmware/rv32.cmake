# takt-firmware.elf: the same sources for the control processor. One compiler call for each: after an edit one runs.
find_program(TAKT_RV32_CXX riscv64-unknown-elf-g++)
find_program(TAKT_RV32_SIZE riscv64-unknown-elf-size)
find_path(TAKT_RV32_LIBC picolibc.specs PATHS /usr/lib/picolibc/riscv64-unknown-elf NO_DEFAULT_PATH)
if(NOT TAKT_RV32_CXX OR NOT TAKT_RV32_SIZE OR NOT TAKT_RV32_LIBC)
  message(STATUS "RV32 firmware: skipped, no riscv64-unknown-elf-g++ with picolibc")
  return()
endif()

set(TAKT_RV32_ELF ${CMAKE_CURRENT_BINARY_DIR}/takt-firmware.elf CACHE INTERNAL "The firmware as an RV32 ELF")

set(rv32_sources ${TAKT_FIRMWARE_SOURCES} hal/rv32/hal.cpp hal/rv32/memory.cpp boot/main.cpp boot/start.S)
list(TRANSFORM rv32_sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)

# picolibc's spec file only finds its headers and its libc.a: start-up code and linker script are ours.
set(rv32_flags --specs=picolibc.specs -nostartfiles -march=rv32imac -mabi=ilp32 -misa-spec=2.2
  -std=c++17 -ffreestanding -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-unwind-tables
  -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -O2 -g
  -Wall -Wextra -Wshadow -Werror=stack-usage=2048
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_CURRENT_BINARY_DIR}=.
  -Wa,--debug-prefix-map=${PROJECT_SOURCE_DIR}/=,--debug-prefix-map=${CMAKE_CURRENT_BINARY_DIR}=.
  -I${PROJECT_SOURCE_DIR} -I${CMAKE_CURRENT_SOURCE_DIR}/hal/rv32)
set(rv32_link -nostdlib -T ${CMAKE_CURRENT_SOURCE_DIR}/boot/link.ld -Wl,--gc-sections -Wl,--fatal-warnings -lc -lgcc)

# Links the firmware as `elf`, by target `name`, with the compiler options that follow.
function(takt_rv32_firmware name elf)
  set(objects)
  foreach(source ${rv32_sources})
    string(REPLACE ${CMAKE_CURRENT_SOURCE_DIR}/ ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir/ object ${source}.o)
    cmake_path(GET object PARENT_PATH folder)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${TAKT_RV32_CXX} ${rv32_flags} ${ARGN} -MD -MF ${object}.d -c ${source} -o ${object}
      DEPENDS ${source}
      DEPFILE ${object}.d
      COMMENT "Building ${object}"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  add_custom_command(
    OUTPUT ${elf}
    COMMAND ${TAKT_RV32_CXX} ${rv32_flags} ${objects} ${rv32_link} -o ${elf}
    COMMAND ${TAKT_RV32_SIZE} ${elf}
    DEPENDS ${objects} ${CMAKE_CURRENT_SOURCE_DIR}/boot/link.ld
    COMMENT "Linking ${name}"
    VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${elf})
endfunction()

takt_rv32_firmware(firmware-rv32 ${TAKT_RV32_ELF})

# The same with trace points where the native build charges time: scripts/fit-cost-table runs it.
set(TAKT_RV32_TRACED_ELF ${CMAKE_CURRENT_BINARY_DIR}/takt-firmware-traced.elf CACHE INTERNAL "The same with trace points")
takt_rv32_firmware(firmware-rv32-traced ${TAKT_RV32_TRACED_ELF} -DTAKT_TRACE_COST_POINTS)
