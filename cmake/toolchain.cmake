# Compiler settings every target shares: warnings, reproducible arithmetic, sanitizers, ccache.

add_library(takt_options INTERFACE)
target_compile_options(takt_options INTERFACE
  $<BUILD_INTERFACE:-Wall;-Wextra;-Wshadow;$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Woverloaded-virtual>>
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)
target_compile_features(takt_options INTERFACE cxx_std_17)
target_include_directories(takt_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/takt>)

if(TAKT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()
