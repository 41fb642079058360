# Compiler flags, ccache, mold and sanitizers: the same for every target.
find_program(CCACHE ccache)
if(CCACHE)
  # ccache leaves alone what uses a precompiled header unless it is told this, at each compilation, not only at configure.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_DEPEND=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers -Wnon-virtual-dtor -Wimplicit-fallthrough)
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)
  # GCC 12 sees overruns inside std::string that are not there (GCC bugs 105329 and 105651) and moved-from parts of
  # std::variant and std::optional as uninitialised, with -O2 only.
  add_compile_options($<$<CONFIG:Release>:-Wno-array-bounds> $<$<CONFIG:Release>:-Wno-restrict>
                      $<$<CONFIG:Release>:-Wno-stringop-overflow> $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
else()
  add_compile_options(-Wno-unused-lambda-capture -Wno-gnu-statement-expression)
endif()
add_compile_definitions($<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
add_compile_options($<$<CONFIG:Release>:-fstack-protector-strong> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
add_link_options(-Wl,-z,relro,-z,now)

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(YAKUBA_SANITIZE)
  add_compile_options(-fsanitize=${YAKUBA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${YAKUBA_SANITIZE})
endif()
if(YAKUBA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
