# The program, the small verifier, house tools, benches, fuzz targets.
# The program is a library but for main.cpp, so that src/yakuba/<name>_test.cpp (one program <name>_test each) can answer
# requests and run commands without a socket; src/yakuba/testing is what these tests share.
file(GLOB program_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/yakuba/*.cpp)
set(program_tests ${program_sources})
list(FILTER program_tests INCLUDE REGEX "_test\\.cpp$")
list(FILTER program_sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
add_library(yakuba_program STATIC ${program_sources})
target_precompile_headers(yakuba_program REUSE_FROM yakuba_pch)
target_link_libraries(yakuba_program PUBLIC ${YAKUBA_CAPABILITIES} yakuba_edge yakuba_connect tomlplusplus::tomlplusplus
  PkgConfig::sodium PkgConfig::edit)
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/yakuba/program.cpp PROPERTIES
  COMPILE_DEFINITIONS YAKUBA_VERSION="${PROJECT_VERSION}")
add_executable(yakuba ${CMAKE_SOURCE_DIR}/src/yakuba/main.cpp)
target_precompile_headers(yakuba REUSE_FROM yakuba_pch)
target_link_libraries(yakuba PRIVATE yakuba_program)
set_target_properties(yakuba PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

file(GLOB program_testing CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/yakuba/testing/*.cpp)
add_library(yakuba_program_testing STATIC EXCLUDE_FROM_ALL ${program_testing})
target_precompile_headers(yakuba_program_testing REUSE_FROM yakuba_pch)
target_link_libraries(yakuba_program_testing PUBLIC yakuba_program yakuba_hall_testing)
foreach(source IN LISTS program_tests)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_precompile_headers(${name} REUSE_FROM yakuba_pch)
  target_link_libraries(${name} PRIVATE yakuba_program_testing GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE YAKUBA_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    YAKUBA_PROGRAM="$<TARGET_FILE:yakuba>")
  add_dependencies(${name} yakuba)
  string(REGEX REPLACE "_test$" "" suite ${name})
  add_test(NAME ${suite} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  add_dependencies(yakuba_all_tests ${name})
endforeach()

file(GLOB verify_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/verify/*.cpp)
if(verify_sources)
  add_executable(yakuba-verify ${verify_sources})
  target_link_libraries(yakuba-verify PRIVATE yakuba_log)
endif()

if(EXISTS ${CMAKE_SOURCE_DIR}/tools/tidy.cpp)
  add_executable(yakuba_tidy EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tools/tidy.cpp)
endif()

# bench/<folder>_<claim>_bench.cpp links every capability (but the rule engine's, which needs nothing else);
# fuzz/<name>_fuzz.cpp likewise.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  file(GLOB bench_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/*_bench.cpp)
  foreach(source IN LISTS bench_sources)
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    if(name MATCHES "^dmn_")
      target_link_libraries(${name} PRIVATE yakuba_dmn benchmark::benchmark Threads::Threads)
    else()
      target_link_libraries(${name} PRIVATE ${YAKUBA_CAPABILITIES} yakuba_edge benchmark::benchmark)
    endif()
  endforeach()
  # What bench/*.mjs drive: the load of browsers, and the rows of a submission alone.
  add_executable(yakuba_load EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/load.cpp)
  add_executable(submit_bare EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/submit_bare.cpp)
  target_link_libraries(submit_bare PRIVATE yakuba_base SQLite::SQLite3)
endif()
if(YAKUBA_FUZZ)
  # clang judges a destructor in qpdf's JSON.hh before its class is complete: the files that include it are compiled by
  # g++ (the same ABI), without sanitizers, as qpdf itself is.
  find_program(GXX g++ REQUIRED)
  get_target_property(print_sources yakuba_print SOURCES)
  foreach(name IN ITEMS pdf sign)
    set(source ${CMAKE_SOURCE_DIR}/src/print/${name}.cpp)
    set(object ${CMAKE_BINARY_DIR}/print_${name}_gcc.o)
    add_custom_command(OUTPUT ${object} DEPENDS ${source} VERBATIM
      COMMAND ${GXX} -std=gnu++23 -O1 -g1 -DFMT_SHARED -include ${CMAKE_SOURCE_DIR}/cmake/pch.hpp
              -I${CMAKE_SOURCE_DIR}/src -I${CMAKE_BINARY_DIR}/generated -c ${source} -o ${object})
    list(REMOVE_ITEM print_sources ${source})
    list(APPEND print_sources ${object})
    set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  endforeach()
  set_target_properties(yakuba_print PROPERTIES SOURCES "${print_sources}")
  file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fuzz/*_fuzz.cpp)
  foreach(source IN LISTS fuzz_sources)
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    # The rule engine needs nothing else: its targets are built without the hall.
    if(name MATCHES "^(feel|dmn_model|criterion|tck|xlsx)_fuzz$")
      target_link_libraries(${name} PRIVATE yakuba_dmn)
    else()
      target_link_libraries(${name} PRIVATE ${YAKUBA_CAPABILITIES} yakuba_edge)
    endif()
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endforeach()
endif()
