#include "faults/toxiproxy/input.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

#include "harness/model/json_reader.hpp"

namespace seawall::toxiproxy {
namespace {

using model::JsonReader;

// More than anybody needs, and few enough that a body cannot make us reserve much.
constexpr std::size_t most_elements = 10'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_key(std::string_view key, std::string_view name) {
  if (key.size() != name.size()) return false;
  for (std::size_t i = 0; i < key.size(); ++i)
    if (lower(key[i]) != name[i]) return false;
  return true;
}

std::optional<double> to_double(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

class Reader {
 public:
  Reader(std::string_view text, Unknown unknown) : json_(text), unknown_(unknown) {}

  bool proxy(ProxyInput& out) {
    out.offset = json_.offset();
    return members([&](std::string_view key) {
      if (same_key(key, "name")) return text("name", out.name);
      if (same_key(key, "listen")) return text("listen", out.listen);
      if (same_key(key, "upstream")) return text("upstream", out.upstream);
      if (same_key(key, "enabled")) return flag("enabled", out.enabled);
      if (same_key(key, "toxics")) return list("toxics", out.toxics);
      if (unknown_ == Unknown::refused && same_key(key, "journal"))
        return flag("journal", out.journal);
      return stranger(key);
    });
  }

  bool toxic(ToxicInput& out) {
    out.offset = json_.offset();
    return members([&](std::string_view key) {
      if (same_key(key, "name")) return text("name", out.name);
      if (same_key(key, "type")) return text("type", out.type);
      if (same_key(key, "stream")) return text("stream", out.stream);
      if (same_key(key, "toxicity")) return toxicity(out.toxicity);
      if (same_key(key, "attributes")) return attributes(out.attributes);
      return stranger(key);
    });
  }

  bool proxies(std::vector<ProxyInput>& out) {
    return elements([&] { return proxy(out.emplace_back()); }, out);
  }

  bool journal(std::optional<bool>& out) {
    const std::size_t begin = json_.offset();
    const bool read = members([&](std::string_view key) {
      return same_key(key, "journal") ? flag("journal", out) : stranger(key);
    });
    return read && (out || json_.fail_at(begin, "expected {\"journal\": true} or false"));
  }

  bool end() { return json_.read_end(); }
  Mistake mistake() const { return {json_.wrong_at(), json_.sentence()}; }

 private:
  template <class Member>
  bool members(Member member) {
    if (!json_.enter('{')) return false;
    bool first = true;
    for (std::string_view key; json_.next_key(first, key);)
      if (!member(key)) return false;
    return json_.ok();
  }

  template <class Element, class Elements>
  bool elements(Element element, const Elements& so_far) {
    if (!json_.enter('[')) return false;
    for (bool first = true; json_.more(']', first);) {
      if (so_far.size() == most_elements)
        return json_.fail_at(json_.offset(), fmt::format("more than {} elements", most_elements));
      if (!element()) return json_.blame(fmt::format("[{}]", so_far.size() - 1));
    }
    return json_.ok();
  }

  bool stranger(std::string_view key) {
    if (unknown_ == Unknown::dropped) return json_.skip_value();
    return json_.fail_at(json_.offset(), fmt::format("there is no key '{}' here", key));
  }

  bool text(std::string_view key, std::optional<std::string>& out) {
    if (json_.take_word("null")) return true;
    return json_.read_string(out.emplace()) || json_.blame(key);
  }

  bool flag(std::string_view key, std::optional<bool>& out) {
    if (json_.take_word("null")) return true;
    return json_.read_bool(out.emplace()) || json_.blame(key);
  }

  bool list(std::string_view key, std::optional<std::vector<ToxicInput>>& out) {
    if (json_.take_word("null")) return true;
    auto& toxics = out.emplace();
    return elements([&] { return toxic(toxics.emplace_back()); }, toxics) || json_.blame(key);
  }

  bool toxicity(std::optional<double>& out) {
    if (json_.take_word("null")) return true;
    const std::size_t offset = json_.offset();
    std::string_view number;
    bool integral = false;
    if (!json_.read_number(number, integral)) return json_.blame("toxicity");
    out = to_double(number);
    if (out && *out >= 0 && *out <= 1) return true;
    json_.fail_at(offset, fmt::format("expected a number from 0 to 1, found {:.40}", number));
    return json_.blame("toxicity");
  }

  bool attributes(std::vector<GivenAttribute>& out) {
    if (json_.take_word("null")) return true;
    return members([&](std::string_view key) { return attribute(key, out); }) ||
           json_.blame("attributes");
  }

  bool attribute(std::string_view key, std::vector<GivenAttribute>& out) {
    GivenAttribute given{std::string(key), {}, json_.offset()};
    for (char& c : given.key) c = lower(c);
    if (json_.take_word("null")) return true;
    if (!number_or_else(given.number)) return json_.blame(given.key);
    if (out.size() < most_elements) out.push_back(std::move(given));
    return true;
  }

  // Whether a number comes is seen without a mistake in the attempt: a second reader tries.
  bool number_or_else(std::string& out) {
    JsonReader attempt = json_;
    std::string_view number;
    bool integral = false;
    if (!attempt.read_number(number, integral)) return json_.skip_value();
    out = number;
    return json_.read_number(number, integral);
  }

  JsonReader json_;
  Unknown unknown_;
};

template <class Input>
base::expected<Input, Mistake> read(std::string_view text, Unknown unknown,
                                    bool (Reader::*shape)(Input&)) {
  Reader reader(text, unknown);
  Input input;
  if ((reader.*shape)(input) && reader.end()) return input;
  return base::unexpected(reader.mistake());
}

}  // namespace

base::expected<ProxyInput, Mistake> read_proxy(std::string_view text, Unknown unknown) {
  return read(text, unknown, &Reader::proxy);
}

base::expected<std::vector<ProxyInput>, Mistake> read_proxies(std::string_view text,
                                                              Unknown unknown) {
  return read(text, unknown, &Reader::proxies);
}

base::expected<ToxicInput, Mistake> read_toxic(std::string_view text, Unknown unknown) {
  return read(text, unknown, &Reader::toxic);
}

base::expected<bool, Mistake> read_journal_setting(std::string_view text) {
  const auto setting = read(text, Unknown::refused, &Reader::journal);
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
