// One description for each structure. A function describe(visitor, structure) beside a struct names
// its fields once; the scenario reader, the policy overlay, --set, JSON, the schema, the reference
// and the codec of message bodies are all visitors of it.
//
//   struct Bulkhead { std::int64_t max_concurrent = 32; ... };
//   template <class Visitor>
//   void describe(Visitor& visit, Bulkhead& value) {
//     visit.field("max_concurrent", value.max_concurrent, {"calls at the same time", 1, 100'000});
//   }
//
// Field types a visitor must know: bool, integers, std::string, Duration, Rate, Share, Bytes,
// Money, double (only where nothing is decided: factors), enums with enum_names, Switch<T> (a
// pattern, or off: `false` in TOML), std::optional<T> (may be absent), std::vector<T>,
// std::map<std::string, T>, and structs that are described themselves. A structure whose other keys
// are entries of a map (the links of a policy) says so with visit.rest(map, field).
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "harness/base/units.hpp"

namespace seawall::model {

// What is said of a field beside its name and type.
struct Field {
  std::string_view doc;
  std::int64_t least = std::numeric_limits<std::int64_t>::min();  // in the unit of the type
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  bool required = false;
};

// A setting that can be switched off: `KEY = false`. Off where empty.
template <class T>
struct Switch : std::optional<T> {
  using std::optional<T>::optional;
};

// The words of an enum, in the order of its values from 0. Specialised beside each enum.
template <class Enum>
inline constexpr auto enum_names = nullptr;

template <class Enum>
concept NamedEnum = requires { enum_names<Enum>.size(); };

template <NamedEnum Enum>
constexpr std::string_view name_of(Enum value) {
  return enum_names<Enum>[static_cast<std::size_t>(value)];
}

template <NamedEnum Enum>
constexpr std::optional<Enum> enum_of(std::string_view name) {
  for (std::size_t i = 0; i < enum_names<Enum>.size(); ++i)
    if (enum_names<Enum>[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

namespace detail {
struct AnyVisitor {
  template <class T>
  void field(std::string_view, T&, const Field&) {}
  template <class T>
  void rest(T&, const Field&) {}
};
}  // namespace detail

template <class T>
concept Described = requires(detail::AnyVisitor& visitor, T& value) { describe(visitor, value); };

}  // namespace seawall::model
