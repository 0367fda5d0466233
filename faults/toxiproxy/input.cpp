#include "faults/toxiproxy/input.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

namespace seawall::toxiproxy {
namespace {

using model::JsonReader;

std::optional<double> to_double(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

bool toxicity(ObjectReader& in, std::optional<double>& out) {
  JsonReader& json = in.json;
  if (json.take_word("null")) return true;
  const std::size_t offset = json.offset();
  std::string_view number;
  bool integral = false;
  if (!json.read_number(number, integral)) return json.blame("toxicity");
  out = to_double(number);
  if (out && *out >= 0 && *out <= 1) return true;
  json.fail_at(offset, fmt::format("expected a number from 0 to 1, found {:.40}", number));
  return json.blame("toxicity");
}

// Whether a number comes is seen without a mistake in the attempt: a second reader tries.
bool number_or_else(ObjectReader& in, std::string& out) {
  JsonReader attempt = in.json;
  std::string_view number;
  bool integral = false;
  if (!attempt.read_number(number, integral)) return in.json.skip_value();
  out = number;
  return in.json.read_number(number, integral);
}

bool attribute(ObjectReader& in, std::string_view key, std::vector<GivenAttribute>& out) {
  GivenAttribute given{std::string(key), {}, in.json.offset()};
  for (char& c : given.key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (in.json.take_word("null")) return true;
  if (!number_or_else(in, given.number)) return in.json.blame(given.key);
  if (out.size() < ObjectReader::most_elements) out.push_back(std::move(given));
  return true;
}

bool attributes(ObjectReader& in, std::vector<GivenAttribute>& out) {
  if (in.json.take_word("null")) return true;
  return in.members([&](std::string_view key) { return attribute(in, key, out); }) ||
         in.json.blame("attributes");
}

bool toxic(ObjectReader& in, ToxicInput& out) {
  out.offset = in.json.offset();
  out.unknown = in.unknown;
  return in.members([&](std::string_view key) {
    if (same_key(key, "name")) return in.text("name", out.name);
    if (same_key(key, "type")) return in.text("type", out.type);
    if (same_key(key, "stream")) return in.text("stream", out.stream);
    if (same_key(key, "toxicity")) return toxicity(in, out.toxicity);
    if (same_key(key, "attributes")) return attributes(in, out.attributes);
    return in.stranger(key, "name, type, stream, toxicity, attributes");
  });
}

bool toxics(ObjectReader& in, std::optional<std::vector<ToxicInput>>& out) {
  if (in.json.take_word("null")) return true;
  auto& list = out.emplace();
  return in.elements([&] { return toxic(in, list.emplace_back()); }, list) ||
         in.json.blame("toxics");
}

// What Toxiproxy does not know, of the members of a proxy.
bool own_member(ObjectReader& in, std::string_view key, ProxyInput& out) {
  if (same_key(key, "journal")) return in.flag("journal", out.journal);
  if (same_key(key, "caller")) return in.text("caller", out.caller);
  if (same_key(key, "callee")) return in.text("callee", out.callee);
  if (same_key(key, "tls")) return read_tls(in, out.tls);
  return in.stranger(key, "name, listen, upstream, enabled, toxics, journal, caller, callee, tls");
}

}  // namespace

bool read_proxy(ObjectReader& in, ProxyInput& out) {
  out.offset = in.json.offset();
  return in.members([&](std::string_view key) {
    if (same_key(key, "name")) return in.text("name", out.name);
    if (same_key(key, "listen")) return in.text("listen", out.listen);
    if (same_key(key, "upstream")) return in.text("upstream", out.upstream);
    if (same_key(key, "enabled")) return in.flag("enabled", out.enabled);
    if (same_key(key, "toxics")) return toxics(in, out.toxics);
    if (in.unknown == Unknown::refused) return own_member(in, key, out);
    return in.stranger(key);
  });
}

bool read_proxies(ObjectReader& in, std::vector<ProxyInput>& out) {
  return in.elements([&] { return read_proxy(in, out.emplace_back()); }, out);
}

base::expected<ProxyInput, Mistake> read_proxy(std::string_view text, Unknown unknown) {
  return read_object<ProxyInput>(
      text, unknown, [](ObjectReader& in, ProxyInput& out) { return read_proxy(in, out); });
}

base::expected<std::vector<ProxyInput>, Mistake> read_proxies(std::string_view text,
                                                              Unknown unknown) {
  using Inputs = std::vector<ProxyInput>;
  return read_object<Inputs>(text, unknown,
                             [](ObjectReader& in, Inputs& out) { return read_proxies(in, out); });
}

base::expected<ToxicInput, Mistake> read_toxic(std::string_view text, Unknown unknown) {
  return read_object<ToxicInput>(text, unknown, toxic);
}

base::expected<bool, Mistake> read_journal_setting(std::string_view text) {
  using Setting = std::optional<bool>;
  const auto journal = [](ObjectReader& in, Setting& out) {
    const std::size_t begin = in.json.offset();
    const bool read = in.members([&](std::string_view key) {
      return same_key(key, "journal") ? in.flag("journal", out) : in.stranger(key);
    });
    return read && (out || in.json.fail_at(begin, "expected {\"journal\": true} or false"));
  };
  const auto setting = read_object<Setting>(text, Unknown::refused, journal);
  if (!setting) return base::unexpected(setting.error());
  return **setting;
}

base::expected<std::int64_t, std::string> parse_integer(std::string_view number,
                                                        std::int64_t most) {
  const auto refused = [&](std::string_view why) {
    return base::unexpected(
        fmt::format("expected an integer from 0 to {}, found {:.40}{}", most, number, why));
  };
  if (number.empty())
    return base::unexpected(fmt::format("expected an integer from 0 to {}", most));
  std::int64_t integer = 0;
  const char* const end = number.data() + number.size();
  const auto [stopped, error] = std::from_chars(number.data(), end, integer);
  if (stopped == end && error == std::errc()) {
    if (integer < 0 || integer > most) return refused("");
    return integer;
  }
  const std::optional<double> value = to_double(number);
  if (!value || *value < 0 || *value > static_cast<double>(most)) return refused("");
  if (*value != std::floor(*value)) return refused(": fractions are not counted");
  return static_cast<std::int64_t>(*value);
}

}  // namespace seawall::toxiproxy
