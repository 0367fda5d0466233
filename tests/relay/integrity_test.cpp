// Whatever faults come and go on a live connection: no byte is lost, doubled or out of order.
#include <algorithm>

#include "harness/base/keyed_random.hpp"
#include "tests/relay/rig.hpp"

namespace seawall::relay {

namespace {

// A fault that changes when bytes come and not which.
StreamFault harmless(const base::KeyedRandom& draw, int number) {
  StreamEffect effect;
  switch (draw.with("kind").below(6)) {
    case 0:
      effect.delay = Delay{draw.with("latency").within(3ms), draw.with("jitter").within(2ms)};
      break;
    case 1:
      effect.rate = 2'000'000 + static_cast<std::int64_t>(draw.with("rate").below(200'000'000));
      effect.shared_rate = draw.with("shared").below(2) == 0;
      break;
    case 2: {
      const auto average = 1 + static_cast<std::int64_t>(draw.with("average").below(5000));
      effect.slices = Slices{average, average / 2, draw.with("gap").within(20us)};
      break;
    }
    case 3:
      effect.holds = true;
      break;
    case 4:
      effect.rate = 0;
      break;
    default:
      effect.close_delay = draw.with("close").within(5ms);
  }
  const auto direction = draw.with("direction").below(2) == 0 ? Direction::up : Direction::down;
  StreamFault fault = relay::fault(std::move(effect), direction, std::to_string(number));
  fault.probability = base::Share::percent(static_cast<std::int64_t>(draw.with("p").below(101)));
  return fault;
}

// One direction of one connection, of which the bytes follow from its number.
struct Transfer {
  Peer& from;
  Peer& to;
  std::uint64_t key;
  std::size_t total;
  std::size_t sent = 0;

  std::string part(std::size_t offset, std::size_t count) const {
    std::string bytes(std::min(count, total - offset), '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<char>(base::mix(key + (offset + i) / 8) >> (8 * ((offset + i) % 8)));
    return bytes;
  }
  void send(std::size_t most) {
    if (sent < total) sent += from.offer(part(sent, most));
  }
  bool done() { return to.heard().size() >= total; }
  bool intact() { return to.heard() == part(0, total); }
};

}  // namespace

TEST_CASE("random faults on live connections change no byte", "[relay][sockets][integrity]") {
  const int changes = 10'000;
  const int changes_each = 500;
  for (int round = 0; round < changes / changes_each; ++round) {
    INFO("round " << round);
    const base::KeyedRandom draw(static_cast<std::uint64_t>(round));
    Relay::Settings settings;
    settings.seed = static_cast<std::uint64_t>(round);
    settings.workers = 1 + round % 2;
    settings.queue = 4096 << draw.with("queue").below(9);
    Rig rig(settings);
    rig.callers.reserve(4);
    rig.callees.reserve(4);
    std::vector<Transfer> transfers;
    for (std::size_t i = 0; i < 4; ++i) {
      rig.connect();
      const auto size = [&](const char* what) { return draw.with(what).with(i).below(1'500'000); };
      transfers.push_back({rig.callers[i], rig.callees[i], i + 100, size("up")});
      transfers.push_back({rig.callees[i], rig.callers[i], i + 200, size("down")});
    }
    std::vector<StreamFault> faults;
    for (int change = 0; change < changes_each; ++change) {
      const auto turn = draw.with(change);
      if (faults.size() < 3 && turn.with("add").below(2) == 0)
        faults.push_back(harmless(turn, change));
      else if (!faults.empty())
        faults.erase(faults.begin() + static_cast<std::ptrdiff_t>(turn.below(faults.size())));
      rig.link->set_faults(faults);
      for (std::size_t i = 0; i < transfers.size(); ++i) {
        transfers[i].send(turn.with("bytes").with(i).below(15'000));
        if (turn.with("reads").with(i).below(3) > 0) (void)transfers[i].to.heard();
      }
    }
    rig.link->set_faults({});
    for (Transfer& transfer : transfers) {
      CHECK(rig.until([&] {
        transfer.send(1 << 20);
        return transfer.done();
      }));
      CHECK(transfer.intact());
    }
    for (std::size_t i = 0; i < 4; ++i) {
      rig.callers[i].end();
      rig.callees[i].end();
    }
    CHECK(rig.until([&] { return rig.link->counters().open == 0; }));
    // The count comes first: a connection is counted as ended before its sockets are closed.
    for (Transfer& transfer : transfers) CHECK(rig.ends(transfer.to, State::ended));
  }
}

}  // namespace seawall::relay
