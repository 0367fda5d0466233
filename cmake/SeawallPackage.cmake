# What is installed, and the packages that are made of it: `cmake --install`, and `./dev package` for a
# .deb and a .tar.gz. The libraries of the system stay shared, so that a package is for the Debian that
# it was built on; which ones it needs, dpkg-shlibdeps finds out.
include(GNUInstallDirs)

# The texts that the program writes about itself.
set(seawall_written ${CMAKE_BINARY_DIR}/written)
file(MAKE_DIRECTORY ${seawall_written})
function(seawall_written_by_itself file)
  add_custom_command(OUTPUT ${seawall_written}/${file}
                     COMMAND seawall ${ARGN} > ${seawall_written}/${file}
                     DEPENDS seawall VERBATIM)
  set_property(GLOBAL APPEND PROPERTY seawall_texts ${seawall_written}/${file})
endfunction()
seawall_written_by_itself(seawall.1 man)
seawall_written_by_itself(seawall.bash completion bash)
seawall_written_by_itself(_seawall completion zsh)
seawall_written_by_itself(seawall.fish completion fish)
# Debian has manual pages compressed, the same bytes each time.
add_custom_command(OUTPUT ${seawall_written}/seawall.1.gz
                   COMMAND gzip -9nkf ${seawall_written}/seawall.1
                   DEPENDS ${seawall_written}/seawall.1 VERBATIM)
get_property(texts GLOBAL PROPERTY seawall_texts)
add_custom_target(package_files ALL DEPENDS seawall ${texts} ${seawall_written}/seawall.1.gz)

set(data ${CMAKE_INSTALL_DATADIR})
set(docs ${data}/doc/seawall)
install(TARGETS seawall RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/scenarios DESTINATION ${data}/seawall
        FILES_MATCHING PATTERN "*.toml" PATTERN "README.md")
install(FILES ${CMAKE_SOURCE_DIR}/schema/scenario.schema.json DESTINATION ${data}/seawall)
install(FILES ${seawall_written}/seawall.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${seawall_written}/seawall.bash DESTINATION ${data}/bash-completion/completions RENAME seawall)
install(FILES ${seawall_written}/_seawall DESTINATION ${data}/zsh/vendor-completions)
install(FILES ${seawall_written}/seawall.fish DESTINATION ${data}/fish/vendor_completions.d)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/CHANGELOG.md DESTINATION ${docs})
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${docs} RENAME copyright)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/ci DESTINATION ${docs} FILES_MATCHING PATTERN "*.yml")

cmake_host_system_information(RESULT debian QUERY DISTRIB_VERSION_ID)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME seawall)
set(CPACK_PACKAGE_VENDOR Seawall)
set(CPACK_PACKAGE_CONTACT "The Seawall maintainers <maintainers@seawall.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "chaos and resilience testing that judges correctness")
set(CPACK_PACKAGE_DESCRIPTION
    "Seawall starts a system of services, drives open-loop load at it, injects faults into the links between
them, heals them, and judges: was nobody charged twice, did every saga finish, were the service levels
kept? It ends with an exit status that a CI job can trust.")
set(CPACK_PACKAGE_FILE_NAME seawall-${PROJECT_VERSION}-debian${debian}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE deb${debian})
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "man-db, bash-completion, postgresql, redis-server, nats-server")
include(CPack)
