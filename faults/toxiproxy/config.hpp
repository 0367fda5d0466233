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

// What is wrong at `offset` bytes from the start of the file.
base::Diagnostic diagnostic_at(const std::string& file, std::string_view text, std::size_t offset,
                               std::string message);

}  // namespace seawall::toxiproxy
