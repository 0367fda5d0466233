#include "harness/load/request_draw.hpp"

#include <utility>

#include <boost/json.hpp>

#include "harness/base/text.hpp"
#include "harness/model/json_path.hpp"

namespace seawall::load {
namespace {

using Part = model::Template::Part;

// A version 4 UUID (RFC 4122) of the draw's bits.
std::string uuid(const base::KeyedRandom& draw) {
  const std::uint64_t high = (draw.with(1).bits() & ~std::uint64_t{0xf000}) | 0x4000;
  const std::uint64_t low =
      (draw.with(2).bits() & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
  const std::string first = base::hex(high);
  const std::string last = base::hex(low);
  const auto part = [](std::string_view digits, std::size_t from, std::size_t count) {
    return digits.substr(from, count);
  };
  return base::concat({part(first, 0, 8), "-", part(first, 8, 4), "-", part(first, 12, 4), "-",
                       part(last, 0, 4), "-", part(last, 4, 12)});
}

// As a JSON string, with its quotes.
std::string json_string(std::string_view text) {
  return boost::json::serialize(boost::json::string(text.data(), text.size()));
}

// A value that was saved from an answer, or stands in a file, may hold anything.
std::string escaped(std::string_view text, Part::Within within) {
  switch (within) {
    case Part::Within::text:
      break;
    case Part::Within::form:
      return base::percent_encoded(text);
    case Part::Within::json: {
      const std::string json = json_string(text);
      return json.substr(1, json.size() - 2);
    }
  }
  return std::string(text);
}

// Null where there is none.
const std::string* saved_value(const std::string& name, const base::KeyedRandom& draw,
                               const Values& values) {
  const std::string* own = values.own ? values.own->pick(name, draw) : nullptr;
  return own || !values.saved ? own : values.saved->pick(name, draw);
}

bool is_json_literal(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  return !error && !value.is_structured();
}

}  // namespace

void Saved::add(const std::string& name, std::string value) {
  constexpr std::size_t limit = 1'000;
  Ring& ring = rings_[name];
  if (ring.values.size() < limit) {
    ring.values.push_back(std::move(value));
    return;
  }
  ring.values[ring.next] = std::move(value);
  ring.next = (ring.next + 1) % limit;
}

const std::string* Saved::pick(const std::string& name, const base::KeyedRandom& draw) const {
  const auto ring = rings_.find(name);
  if (ring == rings_.end()) return nullptr;
  return &ring->second.values[draw.below(ring->second.values.size())];
}

std::optional<std::string> draw_text(const model::Template& text, const base::KeyedRandom& draw,
                                     const Values& values) {
  std::string result;
  for (std::size_t i = 0; i < text.parts.size(); ++i) {
    const Part& part = text.parts[i];
    const base::KeyedRandom own = draw.with(i);
    const std::string_view quote = part.whole_value ? "\"" : "";
    const auto add_word = [&](std::string_view word) {
      result.append(quote).append(word).append(quote);
    };
    switch (part.kind) {
      case Part::Kind::text:
        result += part.text;
        break;
      case Part::Kind::uuid:
        add_word(uuid(own));
        break;
      case Part::Kind::integer: {
        const auto range = static_cast<std::uint64_t>(part.most - part.least) + 1;
        result += std::to_string(part.least + static_cast<std::int64_t>(own.below(range)));
        break;
      }
      case Part::Kind::pick: {
        const std::string& choice = part.choices[own.below(part.choices.size())];
        if (part.whole_value && is_json_literal(choice)) {
          result += choice;
        } else {
          add_word(choice);
        }
        break;
      }
      case Part::Kind::saved: {
        const std::string* value = saved_value(part.text, own, values);
        if (!value) return std::nullopt;
        add_word(escaped(*value, part.within));
        break;
      }
      case Part::Kind::row: {
        const auto* cell = values.rows ? values.rows->find(values.row, part.text) : nullptr;
        if (!cell) return std::nullopt;
        const std::string word = escaped(cell->text, part.within);
        cell->literal ? static_cast<void>(result += word) : add_word(word);
        break;
      }
    }
  }
  return result;
}

std::optional<std::size_t> draw_by_weight(std::span<const std::int64_t> weights,
                                          const base::KeyedRandom& draw,
                                          const std::vector<bool>& refused) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (!refused[i]) total += weights[i];
  auto at = static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(total)));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (refused[i]) continue;
    if (at < weights[i]) return i;
    at -= weights[i];
  }
  return std::nullopt;
}

std::optional<model::Request> draw_request(const model::RequestSpec& spec,
                                           const base::KeyedRandom& draw, const Values& values) {
  std::optional<std::string> path = draw_text(spec.path, draw.with("path"), values);
  std::optional<std::string> body = draw_text(spec.body, draw.with("body"), values);
  if (!path || !body) return std::nullopt;
  model::Request request(spec.method, std::move(*path), std::move(*body));
  for (const auto& [name, text] : spec.query) {
    const std::optional<std::string> value = draw_text(text, draw.with("query").with(name), values);
    if (!value) return std::nullopt;
    request.path += request.path.find('?') == std::string::npos ? '?' : '&';
    request.path += name + '=' + *value;
  }
  for (const auto& [name, text] : spec.headers) {
    std::optional<std::string> value = draw_text(text, draw.with("header").with(name), values);
    if (!value) return std::nullopt;
    if (name == "Idempotency-Key") {
      request.idempotency_key = std::move(*value);
    } else {
      request.headers.emplace_back(name, std::move(*value));
    }
  }
  return request;
}

std::optional<std::string> json_at(std::string_view json, std::string_view path) {
  const auto steps = model::parse_json_path(path);
  if (!steps) return std::nullopt;
  auto found = model::json_at(json, *steps);
  const bool is_there = found && *found && (**found).kind != model::JsonFound::Kind::null;
  return is_there ? std::optional(std::move((**found).text)) : std::nullopt;
}

}  // namespace seawall::load
