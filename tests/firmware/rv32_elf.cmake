# The RV32 ELF exists, is what the control processor loads, needs nothing from outside, and runs no static
# constructors or destructors. Prints its sizes.
function(tool output)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE text RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}")
  endif()
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

function(expect text pattern)
  if(NOT text MATCHES "${pattern}")
    message(FATAL_ERROR "expected ${pattern} in:\n${text}")
  endif()
endfunction()

function(refuse text pattern)
  if(text MATCHES "${pattern}")
    message(FATAL_ERROR "did not expect ${pattern} in:\n${text}")
  endif()
endfunction()

if(NOT EXISTS ${ELF})
  message(FATAL_ERROR "no ${ELF}")
endif()

tool(header ${READELF} -h ${ELF})
expect("${header}" "Class: +ELF32")
expect("${header}" "Machine: +RISC-V")
expect("${header}" "Type: +EXEC")
expect("${header}" "Entry point address: +0x80000000")
expect("${header}" "soft-float ABI")

tool(undefined ${NM} -u ${ELF})
refuse("${undefined}" "[^ \n]")

tool(symbols ${NM} ${ELF})
refuse("${symbols}" "__cxa_atexit|_GLOBAL__sub_I|__dso_handle|malloc|_Znwj")

tool(sections ${READELF} -SW ${ELF})
refuse("${sections}" "\\.(init_array|fini_array|ctors|dtors|eh_frame)")

tool(sizes ${SIZE} -A -x ${ELF})
message("${sizes}")
