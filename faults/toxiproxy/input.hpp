// What clients send, read from JSON: which fields there were and what they held. It knows the
// shapes and no rules; the rules are those of Proxies.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/toxiproxy/mistake.hpp"
#include "faults/toxiproxy/object_reader.hpp"
#include "faults/toxiproxy/tls_input.hpp"
#include "harness/base/result.hpp"

namespace seawall::toxiproxy {

// A number as it stands. What is no number is empty: whether that matters, the type of the toxic
// tells.
struct GivenAttribute {
  std::string key;
  std::string number;
  std::size_t offset = 0;  // in the text, in bytes
};

struct ToxicInput {
  std::optional<std::string> name;
  std::optional<std::string> type;
  std::optional<std::string> stream;
  std::optional<double> toxicity;
  std::vector<GivenAttribute> attributes;
  Unknown unknown = Unknown::dropped;  // of attributes that the type does not have
  std::size_t offset = 0;
};

struct ProxyInput {
  std::optional<std::string> name;
  std::optional<std::string> listen;
  std::optional<std::string> upstream;
  std::optional<bool> enabled;
  std::optional<std::vector<ToxicInput>> toxics;
  // Where strangers are refused: Toxiproxy does not know them.
  std::optional<bool> journal;
  std::optional<TlsInput> tls;
  std::optional<std::string> caller;  // of the link that it is, for cuts between groups
  std::optional<std::string> callee;
  std::size_t offset = 0;
};

// Text after the value is a mistake, however long it is.
base::expected<ProxyInput, Mistake> read_proxy(std::string_view text,
                                               Unknown unknown = Unknown::dropped);
base::expected<std::vector<ProxyInput>, Mistake> read_proxies(std::string_view text,
                                                              Unknown unknown = Unknown::dropped);
// Within a larger text.
bool read_proxy(ObjectReader& in, ProxyInput& out);
bool read_proxies(ObjectReader& in, std::vector<ProxyInput>& out);
// {"journal": true}, and nothing else.
base::expected<bool, Mistake> read_journal_setting(std::string_view text);
base::expected<ToxicInput, Mistake> read_toxic(std::string_view text,
                                               Unknown unknown = Unknown::dropped);

// An integer from 0 to `most`. 5.0 and 5e0 are integers, 5.5 is none.
base::expected<std::int64_t, std::string> parse_integer(std::string_view number, std::int64_t most);

}  // namespace seawall::toxiproxy
