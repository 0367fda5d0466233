# What nearly every file includes of the standard library, fmt and Catch2, parsed once for the
# libraries and once for the tests: a third of a build from nothing is to read these. Nothing of the
# project's own stands in it but the switch between two versions of Catch2, so that it is built once
# and stays. A file still includes what it uses: in a build with SEAWALL_PRECOMPILE=OFF, of which
# `./dev fuzz` makes one, what it forgot is an error.
option(SEAWALL_PRECOMPILE "Parse the most used headers of others once" ON)

set(SEAWALL_PRECOMPILED_HEADERS
    <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set> <string> <string_view>
    <tuple> <vector> <fmt/format.h> <tl/expected.hpp>)

# seawall_precompiled(NAME HEADERS <headers...> LINKS <targets...> [OPTIONS <options...>])
#
# A set of headers that others reuse with seawall_reuse_precompiled. They must be compiled with the
# same options: the compiler reads the headers themselves where they are not.
function(seawall_precompiled name)
  if(NOT SEAWALL_PRECOMPILE)
    return()
  endif()
  cmake_parse_arguments(PRE "" "" "HEADERS;LINKS;OPTIONS" ${ARGN})
  set(source ${CMAKE_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${source})
  target_link_libraries(${name} PRIVATE seawall_options ${PRE_LINKS})
  target_compile_options(${name} PRIVATE ${PRE_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${PRE_HEADERS})
endfunction()

function(seawall_reuse_precompiled target name)
  if(TARGET ${name})
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

seawall_precompiled(seawall_headers HEADERS ${SEAWALL_PRECOMPILED_HEADERS} LINKS fmt::fmt tl::expected)
