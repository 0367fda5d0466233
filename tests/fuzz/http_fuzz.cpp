// Whatever bytes come, the parsers of requests and responses stay within their bounds, read the
// same message in whatever pieces it comes, and what they have read is written and read again
// unchanged.
//
// The first byte chooses the direction, the second where the bytes are cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness/net/http_headers.hpp"
#include "harness/net/http_parser.hpp"

namespace {

using namespace seawall;

constexpr base::TimePoint now(std::chrono::seconds(1));
constexpr net::HttpLimits narrow{256, 64};
constexpr net::HttpLimits wide{1 << 20, 1 << 20};

// Aborts, so that the fuzzer keeps the input.
void must(bool holds, const char*) {
  if (!holds) std::abort();
}

std::string written(net::RequestParser& parser) {
  std::string out;
  net::append_message(out, parser.take(now), "127.0.0.1:80", now);
  return out;
}

std::string written(net::ResponseParser& parser) {
  std::string out;
  net::append_message(out, parser.take(), true, false);
  return out;
}

// The messages at the beginning of `bytes`, which come in pieces of `piece` bytes.
template <class Parser>
std::vector<std::string> read(std::string_view bytes, std::size_t piece, net::HttpLimits limits) {
  Parser parser(limits);
  std::vector<std::string> messages;
  std::string kept;
  while (true) {
    const net::Fed fed = parser.feed(kept);
    must(fed.consumed <= kept.size(), "no more is consumed than came");
    kept.erase(0, fed.consumed);
    if (fed.state == net::Fed::State::failed) {
      must(fed.status >= 400, "a failure says how it is answered");
      break;
    }
    if (fed.state == net::Fed::State::complete) {
      messages.push_back(written(parser));
      continue;
    }
    if (bytes.empty()) break;
    kept += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return messages;
}

template <class Parser>
void examine(std::string_view bytes, std::size_t piece) {
  const std::vector<std::string> messages = read<Parser>(bytes, bytes.size(), wide);
  must(messages == read<Parser>(bytes, piece, wide), "pieces make no difference");
  read<Parser>(bytes, piece, narrow);
  for (const std::string& message : messages) {
    // What is written may be longer than what was read, because names of headers are spelt out.
    Parser parser({});
    const net::Fed fed = parser.feed(message);
    must(fed.state == net::Fed::State::complete, "what is written can be read");
    must(fed.consumed == message.size(), "and nothing is left of it");
    must(written(parser) == message, "and means the same");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece = 1 + data[1] % 64;
  if (data[0] % 2 == 0)
    examine<net::RequestParser>(bytes, piece);
  else
    examine<net::ResponseParser>(bytes, piece);
  return 0;
}
