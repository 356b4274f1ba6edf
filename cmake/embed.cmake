# takt_embed(TARGET NAMESPACE file...): compiles text files into TARGET as one table of (path, text),
# so that the program needs nothing beside itself. Paths are relative to the calling directory.
function(takt_embed target name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  set(absolute)
  foreach(file ${ARGN})
    list(APPEND absolute ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  string(REPLACE ";" "," names "${ARGN}")
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${source} -DNAME=${name} "-DFILES=${names}" -DROOT=${CMAKE_CURRENT_SOURCE_DIR}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${absolute} ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
