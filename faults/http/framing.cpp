#include "faults/http/framing.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "faults/http/text.hpp"

namespace seawall::http {

namespace {

constexpr std::size_t most_method = 32;
constexpr std::size_t most_extension = 256;
constexpr std::size_t most_trailers = 8 * 1024;
constexpr int most_digits = 15;  // of the size of a chunk

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Narrower than the grammar, in which a lone symbol is a method too: what begins otherwise is
// another protocol.
constexpr bool is_method_character(char c) {
  return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

// Of the name of a header.
constexpr auto name_characters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  return table;
}();

constexpr bool is_name_character(char c) { return name_characters[static_cast<unsigned char>(c)]; }

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The first line without its end, which is removed from `lines`; both are complete lines.
std::string_view take_line(std::string_view& lines) {
  const std::size_t end = lines.find('\n');
  const std::string_view line = lines.substr(0, end - 1);
  lines.remove_prefix(end + 1);
  return line;
}

// Whether a list of words, with commas between them, has this one.
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (same_word(trimmed(list.substr(0, comma)), word)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool read_number(std::string_view text, std::uint64_t& number) {
  if (text.empty() || text.size() > 18) return false;
  number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return true;
}

}  // namespace

std::string_view reason_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return "nothing";
    case Trouble::not_http:
      return "the first line is none of HTTP/1.0 or HTTP/1.1";
    case Trouble::head_size:
      return "the head is longer than 32 KiB";
    case Trouble::line_end:
      return "a line feed or a carriage return stands alone";
    case Trouble::header:
      return "a header has no proper name";
    case Trouble::folded:
      return "a header goes on in the next line";
    case Trouble::length:
      return "the length is no number, or stated more than once";
    case Trouble::coding:
      return "a transfer coding other than chunked, once, in HTTP/1.1";
    case Trouble::both_lengths:
      return "both a length and a transfer coding";
    case Trouble::chunk:
      return "a chunk without a size, or data without its end";
    case Trouble::trailers:
      return "the trailers are too long, or no lines";
  }
  return {};
}

Header take_header(std::string_view& lines) {
  const std::string_view line = take_line(lines);
  const std::size_t colon = line.find(':');
  return {line.substr(0, colon), trimmed(line.substr(colon + 1))};
}

bool has_header(const Head& head, std::string_view name, std::string_view value) {
  std::string_view lines = head.headers;
  while (!lines.empty()) {
    const Header header = take_header(lines);
    if (same_word(header.name, name) && header.value == value) return true;
  }
  return false;
}

// ---- A head.

void HeadReader::reset() {
  seen_ = line_ = first_end_ = first_begin_ = 0;
  has_connection_close_ = has_keep_alive_ = false;
  head_ = {};
  trouble_ = Trouble::none;
}

HeadReader::State HeadReader::fail(Trouble trouble) {
  trouble_ = trouble;
  return State::trouble;
}

// Line by line, so that what is no HTTP is found out by its first line, and a head that comes byte
// by byte is looked at once.
HeadReader::State HeadReader::read(std::string_view bytes) {
  while (true) {
    const std::size_t feed = bytes.find('\n', seen_);
    if (feed == bytes.npos) break;
    if (feed >= most_head) return fail(Trouble::head_size);
    if (feed == line_ || bytes[feed - 1] != '\r')
      return fail(first_end_ == 0 ? Trouble::not_http : Trouble::line_end);
    const std::string_view line = bytes.substr(line_, feed - 1 - line_);
    seen_ = feed + 1;
    if (first_end_ == 0 && line.empty() && side_ == Side::request) {
      line_ = first_begin_ = seen_;  // an empty line before a request is none of it
      continue;
    }
    if (first_end_ == 0) {
      if (!read_first_line(line)) return fail(Trouble::not_http);
      first_end_ = seen_;
    } else if (line.empty()) {
      return finish(bytes, seen_);
    }
    line_ = seen_;
  }
  seen_ = bytes.size();
  if (first_end_ == 0 && !may_begin(bytes.substr(line_))) return fail(Trouble::not_http);
  if (bytes.size() >= most_head) return fail(Trouble::head_size);
  return State::more;
}

// Of a first line that is not complete.
bool HeadReader::may_begin(std::string_view line) const {
  if (side_ == Side::answer) {
    constexpr std::string_view version = "HTTP/1.";
    return line.substr(0, version.size()) == version.substr(0, line.size());
  }
  if (line.empty() || line == "\r") return true;
  const std::string_view start = line.substr(0, most_method + 1);
  const auto end = std::find_if_not(start.begin(), start.end(), is_method_character);
  if (end == start.end()) return start.size() <= most_method;
  return end != start.begin() && *end == ' ';
}

bool HeadReader::read_first_line(std::string_view line) {
  return side_ == Side::request ? read_request_line(line) : read_status_line(line);
}

bool HeadReader::read_request_line(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == 0 || blank == line.npos || blank > most_method) return false;
  const std::string_view method = line.substr(0, blank);
  if (!std::all_of(method.begin(), method.end(), is_method_character)) return false;
  const std::string_view rest = line.substr(blank + 1);
  constexpr std::string_view version = " HTTP/1.";
  if (rest.size() < version.size() + 2) return false;  // a target and the last digit
  const std::size_t end = rest.size() - version.size() - 1;
  if (rest.substr(end, version.size()) != version) return false;
  if (rest.back() != '0' && rest.back() != '1') return false;
  const std::string_view target = rest.substr(0, end);
  return std::all_of(target.begin(), target.end(),
                     [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; });
}

bool HeadReader::read_status_line(std::string_view line) {
  // HTTP/1.1 200, and mostly a blank and a phrase.
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') return false;
  if (line[7] != '0' && line[7] != '1') return false;
  if (line.find('\r') != line.npos) return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  return line[9] >= '1' && line[9] <= '9' && is_digit(line[10]) && is_digit(line[11]);
}

HeadReader::State HeadReader::finish(std::string_view bytes, std::size_t end) {
  std::string_view first = bytes.substr(first_begin_, first_end_ - 2 - first_begin_);
  head_.size = end;
  if (side_ == Side::request) {
    const std::size_t blank = first.find(' ');
    head_.is_1_0 = first.back() == '0';
    head_.method = first.substr(0, blank);
    first.remove_suffix(std::string_view(" HTTP/1.1").size());
    head_.target = first.substr(blank + 1);
  } else {
    head_.is_1_0 = first[7] == '0';
    head_.status = (first[9] - '0') * 100 + (first[10] - '0') * 10 + (first[11] - '0');
  }
  head_.headers = bytes.substr(first_end_, end - 2 - first_end_);
  std::string_view lines = head_.headers;
  while (!lines.empty()) {
    const Trouble trouble = read_header(take_line(lines));
    if (trouble != Trouble::none) return fail(trouble);
  }
  if (head_.has_length && head_.chunked) return fail(Trouble::both_lengths);
  if (head_.chunked && head_.is_1_0) return fail(Trouble::coding);
  head_.closes = has_connection_close_ || (head_.is_1_0 && !has_keep_alive_);
  return State::complete;
}

Trouble HeadReader::read_header(std::string_view line) {
  if (is_blank(line.front())) return Trouble::folded;
  std::size_t colon = 0;
  while (colon < line.size() && is_name_character(line[colon])) ++colon;
  if (colon == 0 || colon == line.size() || line[colon] != ':') return Trouble::header;
  const std::string_view value = line.substr(colon + 1);
  if (std::memchr(value.data(), '\r', value.size()) != nullptr) return Trouble::line_end;
  if (std::memchr(value.data(), '\0', value.size()) != nullptr) return Trouble::header;
  return take(line.substr(0, colon), value);
}

// The few that matter, told apart by their length first.
Trouble HeadReader::take(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 6:
      if (same_word(name, "expect"))
        head_.expects_continue = same_word(trimmed(value), "100-continue");
      break;
    case 10:
      if (!same_word(name, "connection")) break;
      has_connection_close_ = has_connection_close_ || lists(value, "close");
      has_keep_alive_ = has_keep_alive_ || lists(value, "keep-alive");
      break;
    case 13:
      if (same_word(name, "seawall-index")) head_.index = trimmed(value);
      break;
    case 14:
      if (!same_word(name, "content-length")) break;
      if (head_.has_length || !read_number(trimmed(value), head_.length)) return Trouble::length;
      head_.has_length = true;
      break;
    case 17:
      if (!same_word(name, "transfer-encoding")) break;
      if (head_.chunked || !same_word(trimmed(value), "chunked")) return Trouble::coding;
      head_.chunked = true;
      break;
    default:
      break;
  }
  return Trouble::none;
}

// ---- A body.

Body body_of_request(const Head& head) {
  if (head.chunked) return {Body::Kind::chunked, 0};
  if (head.has_length && head.length > 0) return {Body::Kind::length, head.length};
  return {};
}

Body body_of_answer(const Head& head, std::string_view to) {
  const bool tunnels = to == "CONNECT" && head.status / 100 == 2;
  if (head.status / 100 == 1 || head.status == 204 || head.status == 304 || to == "HEAD" || tunnels)
    return {};
  if (head.chunked) return {Body::Kind::chunked, 0};
  if (!head.has_length) return {Body::Kind::until_close, 0};
  if (head.length == 0) return {};
  return {Body::Kind::length, head.length};
}

void BodyReader::begin(Body body) {
  kind_ = body.kind;
  left_ = body.length;
  state_ = State::size;
  digits_ = 0;
  around_ = 0;
  ended_ = false;
}

BodyReader::Part BodyReader::read(std::string_view bytes) {
  Part part;
  switch (kind_) {
    case Body::Kind::none:
      part.complete = true;
      return part;
    case Body::Kind::until_close:
      part.size = bytes.size();
      part.is_data = true;
      return part;
    case Body::Kind::chunked:
      if (state_ != State::data) return read_around(bytes);
      break;
    case Body::Kind::length:
      break;
  }
  part.size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  part.is_data = true;
  left_ -= part.size;
  if (left_ == 0 && kind_ == Body::Kind::chunked) state_ = State::data_end;
  part.complete = left_ == 0 && kind_ == Body::Kind::length;
  return part;
}

BodyReader::Part BodyReader::read_around(std::string_view bytes) {
  Part part;
  while (part.size < bytes.size() && !ended_ && state_ != State::data) {
    const bool after_last = state_ >= State::trailer;
    if (!step(bytes[part.size])) {
      part.trouble = after_last ? Trouble::trailers : Trouble::chunk;
      return part;
    }
    ++part.size;
  }
  part.complete = ended_;
  return part;
}

bool BodyReader::begin_chunk() {
  state_ = left_ == 0 ? State::trailer : State::data;
  digits_ = 0;
  around_ = 0;
  return true;
}

bool BodyReader::step(char byte) {
  const auto becomes = [this](State state) {
    state_ = state;
    return true;
  };
  switch (state_) {
    case State::size:
      if (const int value = hex_value(byte); value >= 0) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(value);
        return ++digits_ <= most_digits;
      }
      if (digits_ == 0) return false;
      if (byte == '\r') return becomes(State::size_end);
      return byte == ';' && becomes(State::extension);
    case State::extension:
      if (byte == '\r') return becomes(State::size_end);
      return byte != '\n' && byte != '\0' && ++around_ <= most_extension;
    case State::size_end:
      return byte == '\n' && begin_chunk();
    case State::data:
      return false;  // it is not read byte by byte
    case State::data_end:
      return byte == '\r' && becomes(State::data_end_feed);
    case State::data_end_feed:
      return byte == '\n' && becomes(State::size);
    case State::trailer:
      if (byte == '\r') return becomes(State::end_feed);
      state_ = State::trailer_line;
      return is_name_character(byte) && ++around_ <= most_trailers;
    case State::trailer_line:
      if (byte == '\r') return becomes(State::trailer_feed);
      return byte != '\n' && byte != '\0' && ++around_ <= most_trailers;
    case State::trailer_feed:
      return byte == '\n' && becomes(State::trailer);
    case State::end_feed:
      ended_ = byte == '\n';
      return ended_;
  }
  return false;
}

}  // namespace seawall::http
