#include "faults/toxiproxy/allowed_hosts.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

#include "harness/base/text.hpp"

namespace seawall::toxiproxy {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view this_machine = "127.0.0.1";
constexpr std::string_view this_machine_too = "::1";

// One way of writing it.
std::string canonical(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  boost::system::error_code is_name;
  const ip::address address = ip::make_address(std::string(host), is_name);
  if (!is_name && address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
  if (!is_name) return address.to_string();
  std::string name(host);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name.empty() || name == "localhost" ? std::string(this_machine) : name;
}

}  // namespace

AllowedHosts::AllowedHosts(std::vector<std::string> hosts) : hosts_(std::move(hosts)) {
  for (const std::string& host : hosts_) {
    canonical_.push_back(canonical(host));
    // A name of this machine means both of its addresses.
    boost::system::error_code is_name;
    ip::make_address(host, is_name);
    if (is_name && canonical_.back() == this_machine) canonical_.emplace_back(this_machine_too);
  }
}

bool AllowedHosts::allows(std::string_view host) const {
  return hosts_.empty() ||
         std::find(canonical_.begin(), canonical_.end(), canonical(host)) != canonical_.end();
}

std::string AllowedHosts::text() const { return base::join(hosts_, ", "); }

}  // namespace seawall::toxiproxy
