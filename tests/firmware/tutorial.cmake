# Writes what docs/write-a-policy.md (PAGE) shows into the folder TO: the blocks behind "<!-- file: NAME -->", and
# registry.cpp (REGISTRY) with the row that the page gives it.
file(READ ${PAGE} page)
string(REPLACE ";" "<semicolon>" page "${page}")
string(REPLACE "[" "<bracket>" page "${page}")
string(REPLACE "]" "<closing>" page "${page}")

# The code behind a mark.
function(shown mark result)
  string(FIND "${page}" "${mark}\n```cpp\n" begin)
  if(begin LESS 0)
    message(FATAL_ERROR "${PAGE} lacks '${mark}' and a block of cpp behind it")
  endif()
  string(SUBSTRING "${page}" ${begin} -1 rest)
  string(REPLACE "${mark}\n```cpp\n" "" rest "${rest}")
  string(FIND "${rest}" "```" end)
  string(SUBSTRING "${rest}" 0 ${end} code)
  set(${result} "${code}" PARENT_SCOPE)
endfunction()

function(write name text)
  string(REPLACE "<semicolon>" ";" text "${text}")
  string(REPLACE "<bracket>" "[" text "${text}")
  string(REPLACE "<closing>" "]" text "${text}")
  file(WRITE ${TO}/${name} "${text}")
endfunction()

foreach(name firmware/policies/ageing.h firmware/policies/ageing.cpp ageing_test.cpp)
  shown("<!-- file: ${name} -->" code)
  write(${name} "${code}")
endforeach()

shown("<!-- row of registry.cpp -->" row)
file(READ ${REGISTRY} registry)
string(REPLACE ";" "<semicolon>" registry "${registry}")
string(REPLACE "[" "<bracket>" registry "${registry}")
string(REPLACE "]" "<closing>" registry "${registry}")
string(REPLACE "#include \"firmware/policies/dream.h\"" "#include \"firmware/policies/ageing.h\"\n#include \"firmware/policies/dream.h\""
       registry "${registry}")
string(REPLACE "kPolicies<bracket><closing> = {\n" "kPolicies<bracket><closing> = {\n${row}" extended "${registry}")
if(extended STREQUAL registry)
  message(FATAL_ERROR "${REGISTRY} has no table kPolicies where this looks for it")
endif()
write(firmware/policies/registry.cpp "${extended}")
