// Whatever bytes come in whatever pieces, an HTTP link finds the same messages in them, and every
// byte passes exactly as it came, once and in order. With faults it stays within its bounds.
//
// The first byte chooses what is read and the faults, the second where the bytes are cut.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "faults/http/conversation.hpp"
#include "faults/http/registry.hpp"
#include "harness/base/text.hpp"

namespace {

using namespace seawall;
using relay::Direction;

// Aborts, so that the fuzzer keeps the input.
void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "it does not hold that %s\n", what);
  std::abort();
}

// The sockets of a connection: what was passed in each direction.
struct Sockets final : relay::Interceptor::Actions {
  explicit Sockets(bool f) : faulty(f) {}

  base::TimePoint now() const override { return base::TimePoint(std::chrono::seconds(1)); }
  void pass(Direction direction, std::string_view bytes, const relay::Timing& timing) override {
    must(faulty || timing.at_once(), "nothing waits without a fault");
    must(!detached || timing.at_once(), "nothing waits after it has left");
    bytes_in(direction) += bytes;
  }
  void end(Direction, net::Close, base::TimePoint) override {
    must(faulty && !ended, "nothing ends without a fault, or twice");
    ended = true;
  }
  std::int64_t passed(Direction direction) const override { return gone(direction); }
  std::int64_t gone(Direction direction) const override {
    return std::ssize(direction == Direction::up ? up : down);
  }
  void drop(Direction) override {}
  void wake(base::TimePoint) override {}
  void detach() override {
    must(!detached, "it leaves once");
    detached = true;
  }
  bool ask_aside(relay::AsideRequest request) override {
    must(faulty, "nothing is asked without a fault");
    must(request.bytes.size() <= 1 << 20, "what is asked has a limit");
    request.is_answered("HTTP/1.1 200 OK\r\n\r\n");
    return true;
  }

  std::string& bytes_in(Direction direction) { return direction == Direction::up ? up : down; }

  const bool faulty;
  std::string up;
  std::string down;
  bool ended = false;
  bool detached = false;
};

// By the bits of a number, each on a share of the requests.
std::vector<model::Fault> faults(unsigned bits) {
  static constexpr std::array types{"http_abort", "latency", "drop_reply", "duplicate_request",
                                    "truncate",   "corrupt", "drip"};
  std::vector<model::Fault> faults;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if ((bits >> i & 1) == 0) continue;
    model::Fault& fault = faults.emplace_back();
    fault.name = fault.type = types[i];
    fault.probability = base::Share::percent(30);
    fault.status = 503;
    fault.latency = fault.gap = std::chrono::milliseconds(1);
    fault.direction = model::Direction::response;
    fault.effect = bits % 2 == 0 ? model::When::before : model::When::after;
  }
  return faults;
}

// Both directions, one after the other, in pieces of this size: what the journal says of it.
std::string told(std::string_view up, std::string_view down, std::size_t piece, unsigned bits) {
  http::Registry::Settings settings;
  settings.link = {"client", "callee"};
  const auto around = std::make_shared<http::Registry>(settings, 1);
  const auto set = around->faults.set(faults(bits), {});
  must(set.has_value(), "these can act on HTTP");
  http::Conversation conversation(around, {0, 0, {}});
  Sockets sockets(bits != 0);
  const auto run = [&](Direction direction, std::string_view bytes) {
    std::string& passed = sockets.bytes_in(direction);
    std::size_t at = 0;
    while (at < bytes.size() && !sockets.detached) {
      // In memory of its own, so that what is kept of it is found.
      const std::size_t size = std::min(piece, bytes.size() - at);
      const auto own = std::make_unique<char[]>(size);
      bytes.copy(own.get(), size, at);
      conversation.took(direction, {own.get(), size}, sockets);
      at += size;
    }
    if (sockets.detached)
      passed += bytes.substr(at);
    else if (!conversation.source_ended(direction, net::Close::fin, sockets))
      must(sockets.faulty, "ends pass");
    if (!sockets.faulty) must(passed == bytes, "what passes is what came");
  };
  run(Direction::up, up);
  run(Direction::down, down);
  if (!sockets.detached) conversation.closed(true, sockets.now());
  // All at one moment, so that their order says nothing.
  std::vector<std::string> rows;
  for (const http::Row& row : around->journal.select())
    rows.push_back(row.method + " " + row.target + " " + std::to_string(row.exchange.status) + " " +
                   std::to_string(row.exchange.bytes_out) + " " +
                   std::to_string(row.exchange.bytes_in) + " " + std::string(row.note) + "\n");
  std::sort(rows.begin(), rows.end());
  return base::join(rows, "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece = 1 + data[1] % 64;
  std::string_view up = bytes;
  std::string_view down;
  // What comes before a zero is asked, the rest is the answer; or a request that is right is asked.
  if (data[0] % 3 == 1) {
    const std::size_t zero = std::min(bytes.find('\0'), bytes.size());
    up = bytes.substr(0, zero);
    down = bytes.substr(std::min(zero + 1, bytes.size()));
  } else if (data[0] % 3 == 2) {
    up = "GET / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    down = bytes;
  }
  const unsigned bits = data[0] / 3U;
  const std::string pieces = told(up, down, piece, bits);
  if (bits != 0) return 0;
  const std::string whole = told(up, down, std::max(up.size(), down.size()), 0);
  if (whole != pieces)
    std::fprintf(stderr, "in pieces:\n%sas a whole:\n%s", pieces.c_str(), whole.c_str());
  must(whole == pieces, "pieces make no difference");
  return 0;
}
