// The configuration file: a JSON array of proxies, as Toxiproxy has it; an array "toxics" in a
// proxy is our own addition.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "faults/toxiproxy/proxies.hpp"

namespace seawall::toxiproxy {

base::expected<std::vector<ProxyInput>, base::Diagnostic> read_config(const std::string& file,
                                                                      std::string_view text);

// The refusal of what the file asked for, at its place.
base::Diagnostic diagnostic_of(const std::string& file, std::string_view text,
                               const Refusal& refusal);

}  // namespace seawall::toxiproxy
