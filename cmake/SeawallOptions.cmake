# How everything is compiled: the language, the warnings, the sanitizers, the linker.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(SEAWALL_BENCHES "Build the benchmarks under tests/bench" OFF)
option(SEAWALL_FUZZERS "Build the libFuzzer targets under tests/fuzz (clang only)" OFF)
set(SEAWALL_SANITIZE "" CACHE STRING "Sanitizers for everything, e.g. address,undefined")

# Several files of a target at a time: what they include is parsed, and what they instantiate is
# compiled, once, which is two thirds of a build from nothing. So a name in an anonymous namespace is
# one for its target, and a file that forgot an include may not notice: the preset `dev` and
# `./dev fuzz` compile each file by itself.
option(SEAWALL_UNITY "Compile the files of a target several at a time" ON)
set(CMAKE_UNITY_BUILD ${SEAWALL_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Assertions guard the harness' own promises, so they stay on in every build.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")

add_library(seawall_options INTERFACE)
target_compile_options(seawall_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                 -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Of files that are compiled together the compiler takes the later for headers of the first.
  if(SEAWALL_UNITY)
    target_compile_options(seawall_options INTERFACE -Wno-shadow -Wshadow=local -Wno-subobject-linkage)
  endif()
  # Symmetric transfer is a tail call only with this flag, and a chain of awaits must not grow the
  # stack. g++ 12 also warns falsely about concatenated strings and about what is found in them.
  target_compile_options(seawall_options INTERFACE -foptimize-sibling-calls -Wno-restrict
                                                   -Wno-mismatched-new-delete -Wno-stringop-overread)
endif()
# Contraction to fused multiply-add would change the last bit of a floating-point result.
target_compile_options(seawall_options INTERFACE -ffp-contract=off)
target_compile_definitions(seawall_options INTERFACE BOOST_ASIO_NO_DEPRECATED)

if(SEAWALL_SANITIZE)
  target_compile_options(seawall_options INTERFACE -fsanitize=${SEAWALL_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(seawall_options INTERFACE -fsanitize=${SEAWALL_SANITIZE})
  # A quarter of a sanitized build is to check each pointer before it is used, which
  # AddressSanitizer does at the use.
  if(SEAWALL_SANITIZE MATCHES "undefined")
    target_compile_options(seawall_options INTERFACE -fno-sanitize=null,alignment,object-size,vptr)
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Another checkout finds what this one compiled, and precompiled headers are trusted.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
