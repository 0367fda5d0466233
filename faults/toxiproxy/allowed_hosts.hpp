// The hosts that proxies may connect to, as --allow-host names them. Addresses are compared as
// addresses, however they are written; names without regard to case and to a last dot. "localhost"
// and no host at all are this machine: 127.0.0.1 and ::1.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace seawall::toxiproxy {

class AllowedHosts {
 public:
  // Empty: any host.
  explicit AllowedHosts(std::vector<std::string> hosts = {});

  bool allows(std::string_view host) const;
  // "db, 10.0.0.1"
  std::string text() const;

 private:
  std::vector<std::string> hosts_;      // as they were given
  std::vector<std::string> canonical_;  // what they are compared by
};

}  // namespace seawall::toxiproxy
