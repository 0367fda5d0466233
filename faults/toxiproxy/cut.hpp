// Cuts: faults of connections on several proxies at once, as JSON:
//
//   {"type": "partition", "groups": [["order"], ["payment", "inventory"]], "mode": "blackhole"}
//   {"type": "connect_hang", "on": "order -> payment"}
//
// A proxy is the link from its caller to its callee. Where nobody says who these are, a proxy that
// is called "order -> payment" is the link between these two, and any other the link from "client"
// to itself.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/relay/relay.hpp"
#include "faults/toxiproxy/input.hpp"

namespace seawall::toxiproxy {

// Who a proxy stands between.
struct Parties {
  std::string proxy;
  std::string caller;
  std::string callee;
};
Parties parties_of(const std::string& proxy, const std::optional<std::string>& caller,
                   const std::optional<std::string>& callee);

enum class CutType : std::uint8_t {
  partition,     // every link between the groups: silence, or as refuse
  blackhole,     // silence; nothing passes, open connections included
  refuse,        // new connections are refused, open ones reset
  refuse_new,    // new ones are refused, open ones work on
  connect_hang,  // new ones are neither made nor refused, open ones work on
};

struct Cut {
  enum class Way : std::uint8_t { both, request, response };

  std::string name;  // empty: TYPE-N
  CutType type = CutType::partition;
  std::vector<std::vector<std::string>> groups;  // partition; of callers, callees and proxies
  std::string on;                                // else: a proxy or "caller -> callee", with *
  bool refuses = false;                          // partition: mode "refuse"
  Way direction = Way::both;                     // of silence
};

// The mistake is one of the text, or of what it says.
base::expected<Cut, Mistake> read_cut(std::string_view text);
std::string_view to_text(CutType type);
// Its members without the name and without braces: "type":"partition","groups":[...].
std::string members_of(const Cut& cut);

// Whether it lies on the link of this proxy.
bool covers(const Cut& cut, const Parties& parties);

// What it does there. The name keys its draws, of which it has none.
struct CutEffect {
  std::vector<relay::StreamFault> stream;
  relay::Link::Admission admission = relay::Link::Admission::open;
};
CutEffect effect_of(const Cut& cut);
// Of two that hold at once.
relay::Link::Admission stricter(relay::Link::Admission a, relay::Link::Admission b);

// What a cut did: how many connections it came to, and how many connects it let hang. Who is
// refused is refused by the kernel, which does not tell.
struct CutState {
  Cut cut;
  std::vector<std::string> proxies;  // that it lies on
  std::int64_t connections = 0;
  std::uint64_t hung_connects = 0;
};

}  // namespace seawall::toxiproxy
