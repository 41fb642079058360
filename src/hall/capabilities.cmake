# One row per capability: its folder and what it may use. The order is the order of the menu.
macro(yakuba_capability name)
  yakuba_library(${name} FOLDER hall/${name} ${ARGN})
  list(APPEND YAKUBA_CAPABILITIES yakuba_${name})
endmacro()

yakuba_capability(people      USES hall access tomlplusplus::tomlplusplus)
yakuba_capability(section     USES hall)
yakuba_capability(access      USES hall section print connect PkgConfig::sodium PkgConfig::oath PkgConfig::fido2)
yakuba_capability(packs       USES hall)
yakuba_capability(exchange    USES hall connect)
yakuba_capability(document    USES hall section print)
yakuba_capability(notice      USES hall document print connect)
