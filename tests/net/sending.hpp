// Sends much from one peer to another, for tests of what stands between them.
#pragma once
#include <string>
#include <string_view>

#include "harness/base/keyed_random.hpp"
#include "tests/net/peer.hpp"
#include "tests/support/catch.hpp"

namespace seawall::net {

// So many bytes of which no part looks like another.
inline std::string pattern(std::size_t count) {
  std::string bytes(count, '\0');
  std::uint64_t state = count;
  for (char& byte : bytes) byte = static_cast<char>(state = base::mix(state));
  return bytes;
}

// Sends it all, with both sides awake; `rig` waits until a condition holds.
template <class Rig>
void send_through(Rig& rig, Peer& from, Peer& to, const std::string& bytes) {
  const std::size_t before = to.heard().size();
  std::size_t sent = 0;
  CHECK(rig.until([&] {
    sent += from.offer(std::string_view(bytes).substr(sent));
    return to.heard().size() - before >= bytes.size();
  }));
  CHECK((to.heard().substr(before) == bytes));
}

}  // namespace seawall::net
