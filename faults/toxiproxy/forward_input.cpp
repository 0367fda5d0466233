#include "faults/toxiproxy/forward_input.hpp"

namespace seawall::toxiproxy {
namespace {

bool read_routes(ObjectReader& in, std::map<std::string, std::string>& out) {
  const bool read = in.members([&](std::string_view key) {
    const std::string authority(key);
    if (out.size() == ObjectReader::most_elements)
      return in.json.fail_at(in.json.offset(), "more routes than anybody needs");
    if (out.contains(authority))
      return in.json.fail_at(in.json.offset(), fmt::format("'{:.60}' comes twice", authority));
    return in.json.read_string(out[authority]) || in.json.blame(authority);
  });
  return read || in.json.blame("routes");
}

bool read_unknown(ObjectReader& in, bool& passes) {
  const std::size_t begin = in.json.offset();
  std::optional<std::string> word;
  if (!in.text("unknown", word)) return false;
  passes = word == "pass";
  if (!word || passes || word == "refuse") return true;
  in.json.fail_at(begin, fmt::format("expected refuse or pass, found '{:.40}'", *word));
  return in.json.blame("unknown");
}

}  // namespace

bool read_forward(ObjectReader& in, ForwardInput& out) {
  out.offset = in.json.offset();
  std::optional<std::string> name;
  std::optional<std::string> listen;
  const bool read = in.members([&](std::string_view key) {
    if (same_key(key, "name")) return in.text("name", name);
    if (same_key(key, "listen")) return in.text("listen", listen);
    if (same_key(key, "routes")) return read_routes(in, out.routes);
    if (same_key(key, "unknown")) return read_unknown(in, out.passes_unknown);
    return in.stranger(key, "name, listen, routes, unknown");
  });
  out.name = name.value_or("");
  out.listen = listen.value_or("");
  return read;
}

base::expected<ForwardInput, Mistake> read_forward(std::string_view text) {
  return read_object<ForwardInput>(text, Unknown::refused, [](ObjectReader& in, ForwardInput& out) {
    return read_forward(in, out);
  });
}

}  // namespace seawall::toxiproxy
