#include "faults/toxiproxy/tls_input.hpp"

#include "harness/base/text.hpp"
#include "harness/model/json_codec.hpp"

namespace seawall::toxiproxy {
namespace {

bool word(ObjectReader& in, std::string_view key, std::string& out) {
  std::optional<std::string> given;
  if (!in.text(key, given)) return false;
  out = given.value_or("");
  return true;
}

bool callers(ObjectReader& in, std::optional<TlsInput::Callers>& out) {
  if (in.json.take_word("null")) return true;
  auto& callers = out.emplace();
  const std::size_t begin = in.json.offset();
  const bool read = in.members([&](std::string_view key) {
    if (same_key(key, "certificate")) return word(in, "certificate", callers.certificate);
    if (same_key(key, "key")) return word(in, "key", callers.key);
    if (same_key(key, "make_for")) return in.texts("make_for", callers.make_for);
    if (same_key(key, "write")) return word(in, "write", callers.write);
    return in.stranger(key, "certificate and key, or make_for and write");
  });
  if (!read) return in.json.blame("callers");
  const bool files = !callers.certificate.empty() && !callers.key.empty();
  const bool any_file = !callers.certificate.empty() || !callers.key.empty();
  const bool makes = !callers.make_for.empty();
  if (files != any_file || files == makes || (!callers.write.empty() && !makes)) {
    in.json.fail_at(begin,
                    "expected certificate and key, or make_for (and write) for one that is "
                    "made");
    return in.json.blame("callers");
  }
  return true;
}

bool upstream(ObjectReader& in, std::optional<TlsInput::Upstream>& out) {
  if (in.json.take_word("null")) return true;
  auto& upstream = out.emplace();
  const std::size_t begin = in.json.offset();
  std::optional<bool> verify;
  const bool read = in.members([&](std::string_view key) {
    if (same_key(key, "verify")) return in.flag("verify", verify);
    if (same_key(key, "authorities")) return word(in, "authorities", upstream.authorities);
    if (same_key(key, "name")) return word(in, "name", upstream.name);
    return in.stranger(key, "verify, authorities, name");
  });
  if (!read) return in.json.blame("upstream");
  upstream.verify = verify.value_or(true);
  if (upstream.verify || upstream.authorities.empty()) return true;
  in.json.fail_at(begin, "authorities prove nothing where verify is false");
  return in.json.blame("upstream");
}

}  // namespace

bool read_tls(ObjectReader& in, std::optional<TlsInput>& out) {
  if (in.json.take_word("null")) return true;
  auto& tls = out.emplace();
  return in.members([&](std::string_view key) {
    if (same_key(key, "callers")) return callers(in, tls.callers);
    if (same_key(key, "upstream")) return upstream(in, tls.upstream);
    return in.stranger(key, "callers, upstream");
  }) || in.json.blame("tls");
}

std::string to_json(const TlsInput& tls) {
  std::vector<std::string> members;
  if (tls.callers && tls.callers->make_for.empty()) {
    members.push_back(fmt::format("\"callers\":{{\"certificate\":{},\"key\":{}}}",
                                  model::json_string(tls.callers->certificate),
                                  model::json_string(tls.callers->key)));
  } else if (tls.callers) {
    std::vector<std::string> names;
    for (const std::string& name : tls.callers->make_for) names.push_back(model::json_string(name));
    members.push_back(fmt::format("\"callers\":{{\"make_for\":[{}],\"write\":{}}}",
                                  base::join(names, ","), model::json_string(tls.callers->write)));
  }
  if (tls.upstream)
    members.push_back(fmt::format(
        "\"upstream\":{{\"verify\":{},\"authorities\":{},\"name\":{}}}", tls.upstream->verify,
        model::json_string(tls.upstream->authorities), model::json_string(tls.upstream->name)));
  return "{" + base::join(members, ",") + "}";
}

}  // namespace seawall::toxiproxy
