// The configuration file: a JSON array of proxies, as Toxiproxy has it, or an object of ours with
// "proxies" and "forwards". What a proxy may say beside Toxiproxy's keys is our own addition:
// "toxics", "journal", "tls", "caller" and "callee". Nothing is dropped: a file has a reader who
// can mend it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "faults/toxiproxy/forward_input.hpp"
#include "faults/toxiproxy/proxies.hpp"

namespace seawall::toxiproxy {

struct Config {
  std::vector<ProxyInput> proxies;
  std::vector<ForwardInput> forwards;
};
base::expected<Config, base::Diagnostic> read_config(const std::string& file,
                                                     std::string_view text);

// The refusal of what the file asked for, at its place.
base::Diagnostic diagnostic_of(const std::string& file, std::string_view text,
                               const Refusal& refusal);

}  // namespace seawall::toxiproxy
