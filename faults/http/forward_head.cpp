#include "faults/http/forward_head.hpp"

#include <algorithm>
#include <array>

#include "faults/http/text.hpp"
#include "harness/base/text.hpp"

namespace seawall::http {

namespace {

using relay::Endpoint;

constexpr std::string_view scheme = "http://";
constexpr std::uint16_t port_of_http = 80;

bool starts_with_word(std::string_view text, std::string_view word) {
  return same_word(text.substr(0, word.size()), word);
}

bool is_host_character(char c) {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == ':';
}

// Headers that are for this proxy; the host is that of the target, whatever the header says.
bool stays_here(std::string_view name) {
  return same_word(name, "host") || same_word(name, "proxy-connection") ||
         same_word(name, "proxy-authorization");
}

base::unexpected<ForwardRefusal> refuse(int status, std::string sentence) {
  return base::unexpected(ForwardRefusal{status, std::move(sentence)});
}

// What a target looks like in a sentence: it may be long.
std::string shown(std::string_view target) {
  constexpr std::size_t most = 100;
  return target.size() <= most ? std::string(target) : std::string(target.substr(0, most)) + "...";
}

std::string headers_for_callee(const Head& head, std::string_view authority) {
  std::string headers = base::concat({"Host: ", authority, "\r\n"});
  std::string_view lines = head.headers;
  while (!lines.empty()) {
    const std::size_t size = lines.find('\n') + 1;
    const std::string_view line = lines.substr(0, size);
    if (!stays_here(line.substr(0, line.find(':')))) headers += line;
    lines.remove_prefix(size);
  }
  return headers;
}

base::expected<ForwardRequest, ForwardRefusal> read_tunnel(const Head& head) {
  const auto to = parse_authority(head.target);
  if (!to || to->port == 0)
    return refuse(400, "expected CONNECT HOST:PORT, found '" + shown(head.target) + "'");
  return ForwardRequest{true, *to, {}};
}

// What stands behind the authority: "/path?query"; a server is asked for everything by "*".
std::string origin_form(const Head& head, std::string_view rest) {
  if (rest.empty() && head.method == "OPTIONS") return "*";
  return (rest.starts_with('/') ? "" : "/") + std::string(rest);
}

}  // namespace

base::expected<Endpoint, std::string> parse_authority(std::string_view text) {
  const auto failed = [&] {
    return base::unexpected("'" + shown(text) +
                            "' is no host: expected HOST or HOST:PORT, as in payment, payment:3002 "
                            "or [::1]:3002");
  };
  std::string whole(text);
  if (whole.empty() || whole.back() == ']' || whole.find(':') == whole.npos) whole += ':';
  const bool has_port = whole.back() != ':';
  if (!has_port) whole += '0';
  auto endpoint = relay::parse_endpoint(whole);
  if (!endpoint || endpoint->host.empty() || (has_port && endpoint->port == 0)) return failed();
  std::string& host = endpoint->host;
  if (!std::all_of(host.begin(), host.end(), is_host_character)) return failed();
  std::transform(host.begin(), host.end(), host.begin(), lower);
  if (host.back() == '.') host.pop_back();
  if (host.empty() || host.back() == '.') return failed();
  return *std::move(endpoint);
}

base::expected<ForwardRequest, ForwardRefusal> read_forward_request(const Head& head) {
  if (head.method == "CONNECT") return read_tunnel(head);
  if (starts_with_word(head.target, "https://"))
    return refuse(400, "expected CONNECT for https, found '" + shown(head.target) +
                           "': this proxy speaks no TLS with the callees of others");
  if (!starts_with_word(head.target, scheme))
    return refuse(400,
                  "this is an HTTP proxy: expected a whole address as in GET "
                  "http://payment:3002/charge, found '" +
                      shown(head.target) + "'");
  std::string_view rest = head.target;
  rest.remove_prefix(scheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  auto to = parse_authority(authority);
  if (!to) return refuse(400, to.error());
  if (to->port == 0) to->port = port_of_http;
  ForwardRequest request{false, *std::move(to), {}};
  request.head = base::concat({head.method, " ", origin_form(head, rest),
                               head.is_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n",
                               headers_for_callee(head, authority), "\r\n"});
  return request;
}

std::string to_answer(const ForwardRefusal& refusal) {
  using Phrase = std::pair<int, std::string_view>;
  constexpr std::array phrases{Phrase{400, "Bad Request"}, Phrase{403, "Forbidden"},
                               Phrase{502, "Bad Gateway"}};
  std::string_view phrase = "Refused";
  for (const auto& [status, words] : phrases)
    if (status == refusal.status) phrase = words;
  const std::string body = "seawall: " + refusal.sentence + "\n";
  return base::concat({"HTTP/1.1 ", std::to_string(refusal.status), " ", phrase,
                       "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ",
                       std::to_string(body.size()), "\r\nConnection: close\r\n\r\n", body});
}

}  // namespace seawall::http
