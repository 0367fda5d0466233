#include "faults/toxiproxy/config.hpp"

#include <algorithm>

namespace seawall::toxiproxy {
namespace {

// `offset` counts bytes from the start of the file.
base::Diagnostic diagnostic_at(const std::string& file, std::string_view text, std::size_t offset,
                               std::string message) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  base::Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  diagnostic.column = 1 + static_cast<int>(before.size() - begin);
  diagnostic.excerpt = text.substr(begin, text.find('\n', begin) - begin);
  diagnostic.message = std::move(message);
  return diagnostic;
}

bool read_document(ObjectReader& in, Config& out) {
  model::JsonReader attempt = in.json;
  if (!attempt.enter('{')) return read_proxies(in, out.proxies);
  return in.members([&](std::string_view key) {
    if (same_key(key, "proxies")) return read_proxies(in, out.proxies) || in.json.blame("proxies");
    if (same_key(key, "forwards")) {
      const auto forward = [&] { return read_forward(in, out.forwards.emplace_back()); };
      return in.elements(forward, out.forwards) || in.json.blame("forwards");
    }
    return in.stranger(key, "proxies, forwards");
  });
}

}  // namespace

base::Diagnostic diagnostic_of(const std::string& file, std::string_view text,
                               const Refusal& refusal) {
  // A file has no body; what is wrong in it stands behind the words of the API.
  std::string_view message = refusal.message;
  if (message.starts_with(bad_body)) message.remove_prefix(bad_body.size());
  return diagnostic_at(file, text, refusal.offset.value_or(0), std::string(message));
}

base::expected<Config, base::Diagnostic> read_config(const std::string& file,
                                                     std::string_view text) {
  auto config = read_object<Config>(text, Unknown::refused, read_document);
  if (config) return *std::move(config);
  base::Diagnostic diagnostic =
      diagnostic_at(file, text, config.error().offset, config.error().sentence);
  diagnostic.hint = R"(a list of proxies: [{"name": "redis", "listen": "127.0.0.1:26379", )"
                    R"("upstream": "127.0.0.1:6379", "enabled": true, "toxics": []}], or )"
                    R"({"proxies": [...], "forwards": [...]})";
  return base::unexpected(std::move(diagnostic));
}

}  // namespace seawall::toxiproxy
