// Hosts are compared by what they are, not by how they are written.
#include "faults/toxiproxy/allowed_hosts.hpp"

#include "tests/support/catch.hpp"
#include "tests/toxiproxy/desk.hpp"

using seawall::toxiproxy::AllowedHosts;
using seawall::toxiproxy::test::Desk;

TEST_CASE("without a list any host is allowed, and with one no other") {
  CHECK(AllowedHosts().allows("anything"));
  const AllowedHosts some({"Db.example.", "10.0.0.1", "[2001:db8::1]"});
  CHECK(some.text() == "Db.example., 10.0.0.1, [2001:db8::1]");
  for (const char* host : {"db.example", "DB.EXAMPLE.", "10.0.0.1", "::ffff:10.0.0.1",
                           "2001:DB8:0:0::1", "2001:db8:0000::0001"}) {
    INFO(host);
    CHECK(some.allows(host));
  }
  for (const char* host : {"db", "example", "10.0.0.2", "10.0.1", "::1", "localhost", "", "0.0.0.0",
                           "167772161", "2001:db8::2"}) {
    INFO(host);
    CHECK_FALSE(some.allows(host));
  }
}

TEST_CASE("this machine by its name has two addresses, and by an address one") {
  const AllowedHosts named({"LocalHost"});
  for (const char* host : {"localhost", "localhost.", "127.0.0.1", "::1", ""})
    CHECK(named.allows(host));
  CHECK_FALSE(named.allows("127.0.0.2"));
  const AllowedHosts address({"127.0.0.1"});
  CHECK(address.allows("localhost"));
  CHECK_FALSE(address.allows("::1"));
}

TEST_CASE("a proxy to a host in another spelling is allowed") {
  Desk desk({{"127.0.0.1"}});
  CHECK(desk.ask("POST", "/proxies", R"({"name":"a","upstream":"[::ffff:127.0.0.1]:1"})").status ==
        201);
  CHECK(desk.ask("POST", "/proxies", R"({"name":"b","upstream":"127.0.0.2:1"})").status == 403);
}
