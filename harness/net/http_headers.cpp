#include "harness/net/http_headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/base/text_buffer.hpp"

namespace seawall::net {
namespace {

using base::TextBuffer;

constexpr base::Duration longest_deadline = std::chrono::hours(24 * 365);

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool belongs_to_connection(std::string_view name) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te",
       "trailer", "transfer-encoding", "upgrade"});
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view other) { return same_name(name, other); });
}

// "retry-AFTER" -> "Retry-After".
std::string canonical(std::string_view name) {
  std::string text(name);
  bool first = true;
  for (char& c : text) {
    c = first ? upper(c) : lower(c);
    first = c == '-';
  }
  return text;
}

// A whole number without sign, leading zeros or anything around it.
template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <class Number>
std::optional<Number> parse_decimal(std::string_view text) {
  if (text.empty() || text[0] == '-' || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  return parse_number<Number>(text);
}

std::optional<std::uint64_t> parse_hex(std::string_view digits) {
  const bool all = std::all_of(digits.begin(), digits.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  return all ? parse_number<std::uint64_t>(digits, 16) : std::nullopt;
}

constexpr bool plain(char c) { return c > ' ' && c < 0x7f; }

// Percent-encodes what is neither printable nor free of meaning in a field of the index.
void append_encoded(TextBuffer& out, std::string_view text, bool of_index) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  const auto must_be = [of_index](char c) {
    return !plain(c) || (of_index && (c == ';' || c == '%'));
  };
  while (!text.empty()) {
    const auto bad = std::find_if(text.begin(), text.end(), must_be);
    out += std::string_view(text.begin(), bad);
    if (bad == text.end()) return;
    const auto byte = static_cast<unsigned char>(*bad);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
    text.remove_prefix(static_cast<std::size_t>(bad - text.begin()) + 1);
  }
}

void append_hex(TextBuffer& out, std::uint64_t value) {
  static constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(value >> shift) & 15];
}

std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!plain(text[at])) return std::nullopt;
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    const auto digits = text.substr(at + 1, 2);
    const auto byte = parse_number<std::uint8_t>(digits, 16);
    if (digits.size() < 2 || !byte) return std::nullopt;
    decoded += static_cast<char>(*byte);
    at += 2;
  }
  return decoded;
}

void append_value(TextBuffer& out, std::string_view value) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  if (std::none_of(value.begin(), value.end(), is_control)) {
    out += value;
    return;
  }
  for (const char c : value) out += is_control(c) ? ' ' : c;
}

void append_header(TextBuffer& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  append_value(out, value);
  out += "\r\n";
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return plain(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

void append_headers(TextBuffer& out, const std::vector<model::Header>& headers) {
  for (const model::Header& header : headers)
    if (is_token(header.name) && !belongs_to_connection(header.name))
      append_header(out, header.name, header.value);
}

void append_body(TextBuffer& out, std::string_view body) {
  out += "Content-Length: ";
  out.number(body.size());
  out += "\r\n\r\n";
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 402:
      return "Payment Required";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

bool bodiless(int status) { return status / 100 == 1 || status == 204 || status == 304; }

}  // namespace

void append_index(TextBuffer& out, const base::ExecutionIndex& index) {
  out += base::name_of(index.subject.kind);
  out += ' ';
  out.number(index.subject.number);
  out += "; ";
  append_encoded(out, index.operation, true);
  out += "; ";
  append_encoded(out, index.label, true);
  out += "; ";
  out.number(index.attempt);
}

std::optional<base::ExecutionIndex> parse_index(std::string_view text) {
  const auto parts = base::split(text, ';');
  if (parts.size() != 4) return std::nullopt;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (!parts[i].starts_with(' ')) return std::nullopt;

  base::ExecutionIndex index;
  index.subject = base::parse_subject(parts[0]);
  const auto operation = decode(parts[1].substr(1));
  const auto label = decode(parts[2].substr(1));
  const auto attempt = parse_decimal<std::uint32_t>(parts[3].substr(1));
  if (index.subject.kind == base::Subject::Kind::none || !operation || !label || !attempt ||
      *attempt == 0)
    return std::nullopt;
  index.operation = *operation;
  index.label = *label;
  index.attempt = *attempt;
  return index;
}

void append_trace(TextBuffer& out, const model::Trace& trace) {
  out += "00-";
  append_hex(out, trace.high);
  append_hex(out, trace.low);
  out += '-';
  append_hex(out, trace.span == 0 ? 1 : trace.span);  // 0 is no valid span
  out += "-01";
}

std::optional<model::Trace> parse_trace(std::string_view text) {
  if (text.size() != 55 || !text.starts_with("00-") || text[35] != '-' || text[52] != '-')
    return std::nullopt;
  const auto high = parse_hex(text.substr(3, 16));
  const auto low = parse_hex(text.substr(19, 16));
  const auto span = parse_hex(text.substr(36, 16));
  if (!high || !low || !span || !parse_hex(text.substr(53, 2))) return std::nullopt;
  if ((*high | *low) == 0 || *span == 0) return std::nullopt;
  model::Trace trace;
  trace.high = *high;
  trace.low = *low;
  trace.span = *span;
  return trace;
}

void take_header(std::string_view name, std::string_view value, model::Request& request,
                 std::optional<base::Duration>& time_left) {
  if (belongs_to_connection(name)) return;
  if (same_name(name, "idempotency-key")) {
    request.idempotency_key = value;
  } else if (same_name(name, "traceparent")) {
    if (const auto trace = parse_trace(value)) request.trace = *trace;
  } else if (same_name(name, "seawall-deadline")) {
    const auto left = parse_decimal<std::int64_t>(value);
    if (left && *left <= longest_deadline / std::chrono::microseconds(1))
      time_left = std::chrono::microseconds(*left);
  } else if (same_name(name, "seawall-index")) {
    if (auto index = parse_index(value)) request.index = std::move(*index);
  } else {
    request.headers.emplace_back(canonical(name), std::string(value));
  }
}

void take_header(std::string_view name, std::string_view value, model::Response& response) {
  if (belongs_to_connection(name)) return;
  if (same_name(name, "seawall-lsn"))
    response.durable_lsn = parse_decimal<std::uint64_t>(value).value_or(0);
  else
    response.headers.emplace_back(canonical(name), std::string(value));
}

void append_message(std::string& message, const model::Request& request, std::string_view host,
                    base::TimePoint now) {
  TextBuffer out(message);
  using std::chrono::microseconds;
  out += model::name_of(request.method);
  out += ' ';
  append_encoded(out, request.path.empty() ? "/" : request.path, false);
  out += " HTTP/1.1\r\n";
  append_header(out, "Host", host);
  if (!request.idempotency_key.empty())
    append_header(out, "Idempotency-Key", request.idempotency_key);
  if ((request.trace.high | request.trace.low) != 0) {
    out += "traceparent: ";
    append_trace(out, request.trace);
    out += "\r\n";
  }
  if (request.pass_deadline && request.deadline != base::TimePoint{}) {
    const base::Duration left =
        std::clamp(request.deadline - now, base::Duration(0), longest_deadline);
    out += "Seawall-Deadline: ";
    out.number(std::chrono::duration_cast<microseconds>(left).count());
    out += "\r\n";
  }
  if (request.index.subject.kind != base::Subject::Kind::none) {
    out += "Seawall-Index: ";
    append_index(out, request.index);
    out += "\r\n";
  }
  append_headers(out, request.headers);
  if (request.body.empty() && request.method == model::Method::get)
    out += "\r\n";
  else
    append_body(out, request.body);
  out += request.body;
}

void append_message(std::string& message, const model::Response& response, bool keep_alive,
                    bool to_head) {
  TextBuffer out(message);
  base::require(response.status >= 200 && response.status <= 999, "an answer has a final status");
  out += "HTTP/1.1 ";
  out.number(response.status);
  out += ' ';
  out += reason_of(response.status);
  out += "\r\n";
  if (!keep_alive) out += "Connection: close\r\n";
  if (response.durable_lsn != 0) {
    out += "Seawall-Lsn: ";
    out.number(response.durable_lsn);
    out += "\r\n";
  }
  append_headers(out, response.headers);
  if (bodiless(response.status)) {
    out += "\r\n";
    return;
  }
  append_body(out, response.body);
  if (!to_head) out += response.body;
}

}  // namespace seawall::net
