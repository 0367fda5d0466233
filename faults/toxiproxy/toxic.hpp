// The types of toxics as a table: a row says how a type is called, which attributes it has and what
// it does to a stream. A new type is one row; nothing else knows types.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "faults/relay/stream_fault.hpp"
#include "harness/base/units.hpp"

namespace seawall::toxiproxy {

// An attribute is an integer of at least 0; its unit is the one that Toxiproxy gives it.
struct Attribute {
  std::string_view name;
  std::int64_t most = 0;
};

struct ToxicType {
  static constexpr std::size_t most_attributes = 3;

  std::string_view name;
  std::array<Attribute, most_attributes> rows;
  std::size_t count = 0;
  // `values` has one for each attribute, in their order.
  void (*fill)(std::span<const std::int64_t> values, relay::StreamEffect& effect) = nullptr;

  std::span<const Attribute> attributes() const { return {rows.data(), count}; }
};

std::span<const ToxicType> toxic_types();
// Null where there is none.
const ToxicType* find_toxic_type(std::string_view name);

// The share of connections, and the number that stands for it: what was written is printed.
struct Toxicity {
  double as_given = 1;
  base::Share share = base::Share::all();
  // `number` lies in 0 .. 1.
  static Toxicity of(double number);
};

struct Toxic {
  std::string name;
  const ToxicType* type = nullptr;
  relay::Direction direction = relay::Direction::down;
  Toxicity toxicity;
  std::array<std::int64_t, ToxicType::most_attributes> values{};

  relay::StreamFault fault() const;
};

// "upstream" is the direction to it.
std::string_view to_text(relay::Direction direction);

}  // namespace seawall::toxiproxy
