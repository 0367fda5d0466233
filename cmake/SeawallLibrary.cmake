# seawall_library(NAME <folder> [PLANTABLE] [ALONE] SOURCES <files...> [USES <folders...>] [LINKS <targets...>])
#
# Declares the target seawall_<folder> of one folder. USES names the folders it builds on; LINKS the
# libraries of others. The layer of a folder is computed from what it uses and must be the one that
# the table below states, and every folder that it uses must lie strictly lower: an upward, an equal
# or a cyclic link stops the configuration, and the table cannot go stale.
#
# ALONE: its files define the same names, by a convention, and are compiled one by one.
# PLANTABLE folders are compiled twice: seawall_<folder> for the product, in which planted(Bug) is
# constexpr false, and seawall_<folder>_planted for the tests that plant bugs.
set(SEAWALL_LAYERS
    base 0
    stats 1
    model 1
    record 2
    net 2
    os 2
    compare 2
    init 2
    charts 2
    scenario 2
    plan 2
    runtime 3
    check 3
    kinds 3
    relay 3
    xray 3
    probe 3
    reports 4
    sim 4
    live 4
    load 4
    http 4
    resilience 4
    proxy 5
    saga 5
    toxiproxy 5
    worlds 6
    shop 6
    run 6
    explore 7
    survey 7
    swarm 8
    cli 9)

# An eighth of a sanitized build would be to optimise these, and hardly any time of its tests is spent in
# them: what reads, draws and answers, beside what runs. Without the optimiser a sanitizer sees no less.
set(SEAWALL_SELDOM_RUN charts compare init scenario xray probe toxiproxy survey cli)
if(SEAWALL_SANITIZE)
  seawall_precompiled(seawall_unoptimised_headers HEADERS ${SEAWALL_PRECOMPILED_HEADERS}
                      LINKS fmt::fmt tl::expected
                      OPTIONS -O0)
endif()

function(seawall_layer folder result)
  list(FIND SEAWALL_LAYERS ${folder} at)
  if(at EQUAL -1)
    message(FATAL_ERROR "seawall_library: '${folder}' has no layer; add it to cmake/SeawallLibrary.cmake")
  endif()
  math(EXPR at "${at} + 1")
  list(GET SEAWALL_LAYERS ${at} layer)
  set(${result} ${layer} PARENT_SCOPE)
endfunction()

function(seawall_library)
  cmake_parse_arguments(LIB "PLANTABLE;ALONE" "NAME" "SOURCES;USES;LINKS" ${ARGN})
  if(LIB_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "seawall_library(${LIB_NAME}): unknown words '${LIB_UNPARSED_ARGUMENTS}'")
  endif()
  seawall_layer(${LIB_NAME} layer)
  foreach(used IN LISTS LIB_USES)
    seawall_layer(${used} below)
    if(NOT below LESS layer)
      message(FATAL_ERROR "seawall_library(${LIB_NAME}): layer ${layer} may not use '${used}' of layer "
                          "${below}: dependencies go strictly down")
    endif()
  endforeach()

  seawall_define_library(seawall_${LIB_NAME} "${LIB_SOURCES}" "${LIB_LINKS}")
  foreach(used IN LISTS LIB_USES)
    target_link_libraries(seawall_${LIB_NAME} PUBLIC seawall_${used})
  endforeach()
  if(LIB_PLANTABLE)
    target_include_directories(seawall_${LIB_NAME} PUBLIC ${CMAKE_SOURCE_DIR}/targets/planted)
  endif()

  if(LIB_ALONE)
    set_target_properties(seawall_${LIB_NAME} PROPERTIES UNITY_BUILD OFF)
  endif()
  if(LIB_PLANTABLE AND BUILD_TESTING)
    seawall_define_library(seawall_${LIB_NAME}_planted "${LIB_SOURCES}" "${LIB_LINKS}")
    target_include_directories(seawall_${LIB_NAME}_planted
                               PUBLIC ${CMAKE_SOURCE_DIR}/tests/support/planted)
    foreach(used IN LISTS LIB_USES)
      if(TARGET seawall_${used}_planted)
        target_link_libraries(seawall_${LIB_NAME}_planted PUBLIC seawall_${used}_planted)
      else()
        target_link_libraries(seawall_${LIB_NAME}_planted PUBLIC seawall_${used})
      endif()
    endforeach()
  endif()
endfunction()

function(seawall_define_library target sources links)
  if(sources)
    add_library(${target} STATIC ${sources})
    string(REPLACE "seawall_" "" folder ${target})
    if(SEAWALL_SANITIZE AND folder IN_LIST SEAWALL_SELDOM_RUN)
      target_compile_options(${target} PRIVATE -O0)
      seawall_reuse_precompiled(${target} seawall_unoptimised_headers)
    else()
      seawall_reuse_precompiled(${target} seawall_headers)
    endif()
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} ${scope} seawall_options ${links})
endfunction()

# seawall_test(NAME <folder> [ALONE] [SLOW] SOURCES <files...> USES <targets...> [LABELS <label>])
#
# One Catch2 executable test_<folder>, each of its cases a test of CTest named <folder>: <case>. The
# label `threads` is for what several threads run in: the target tests_threads builds those alone, for
# ThreadSanitizer. SLOW tests begin before all others, so that none of them is what the end waits for.
# SEAWALL_SANITIZED tells a test that finds out what is the same in every build, in ten times as long.
add_custom_target(tests_threads)
set(SEAWALL_SLOW 10)
set(SEAWALL_SLOWEST 20)  # before these: chains of tests that exclude each other, the browser
string(COMPARE NOTEQUAL "${SEAWALL_SANITIZE}" "" SEAWALL_SANITIZED)

# Half of a build is to compile tests, and the optimiser is half of that. The libraries that they test
# keep it, but for what is inline.
set(SEAWALL_TEST_OPTIONS -O0)
if(BUILD_TESTING)
  seawall_precompiled(seawall_test_headers
                      HEADERS ${SEAWALL_PRECOMPILED_HEADERS} ${CMAKE_SOURCE_DIR}/tests/support/catch.hpp
                      LINKS fmt::fmt tl::expected Catch2::Catch2
                      OPTIONS ${SEAWALL_TEST_OPTIONS})
endif()

function(seawall_test)
  cmake_parse_arguments(TEST "ALONE;SLOW" "NAME" "SOURCES;USES;LABELS" ${ARGN})
  add_executable(test_${TEST_NAME} ${TEST_SOURCES})
  target_link_libraries(test_${TEST_NAME} PRIVATE ${TEST_USES} seawall_options Catch2::Catch2WithMain)
  target_include_directories(test_${TEST_NAME} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests)
  target_compile_options(test_${TEST_NAME} PRIVATE ${SEAWALL_TEST_OPTIONS})
  target_compile_definitions(test_${TEST_NAME} PRIVATE SEAWALL_SANITIZED=$<BOOL:${SEAWALL_SANITIZED}>)
  seawall_reuse_precompiled(test_${TEST_NAME} seawall_test_headers)
  if(TEST_ALONE)
    set_target_properties(test_${TEST_NAME} PROPERTIES UNITY_BUILD OFF)
  endif()
  set(label ${TEST_NAME})
  if(TEST_LABELS)
    set(label ${TEST_LABELS})
  endif()
  set(cost)
  if(TEST_SLOW)
    set(cost COST ${SEAWALL_SLOW})
  endif()
  catch_discover_tests(test_${TEST_NAME} TEST_PREFIX "${TEST_NAME}: "
                       PROPERTIES LABELS ${label} TIMEOUT 300 ${cost})
  if("threads" IN_LIST TEST_LABELS)
    add_dependencies(tests_threads test_${TEST_NAME})
  endif()
endfunction()
