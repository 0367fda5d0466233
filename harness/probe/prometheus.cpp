// Probes by an instant query of Prometheus (GET /api/v1/query). One value is wanted: a scalar, or a
// vector of one series.
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/probe/excerpt.hpp"
#include "harness/probe/http.hpp"
#include "harness/probe/look.hpp"

namespace seawall::probe {
namespace {

// The text at `path` of a document that is JSON; empty where there is none.
std::string text_at(std::string_view document, std::string_view path) {
  const auto found = model::json_at(document, *model::parse_json_path(path));
  return found && *found ? (**found).text : std::string();
}

Answer number_in(const std::string& text) {
  const Answer answer = value_of(text);
  if (answer && answer->number) return answer;
  return base::unexpected(fmt::format("the value {}; expected a finite number", excerpt(text)));
}

}  // namespace

Answer ask_prometheus(const std::string& base, const std::string& query, const Limit& limit) {
  const std::string start = base.ends_with('/') ? base.substr(0, base.size() - 1) : base;
  const std::string asked = "/api/v1/query?query=" + seawall::base::percent_encoded(query);
  const auto response = fetch(model::Method::get, start + asked, limit);
  if (!response) return base::unexpected(response.error());
  const std::string& body = response->body;
  if (const auto valid = model::json_at(body, {}); !valid)
    return base::unexpected(fmt::format("status {}, and no JSON ({}): {}", response->status,
                                        valid.error(), excerpt(body)));
  if (text_at(body, "$.status") != "success")
    return base::unexpected(
        fmt::format("status {}: {}", response->status, excerpt(text_at(body, "$.error"))));
  const std::string type = text_at(body, "$.data.resultType");
  if (type == "scalar") return number_in(text_at(body, "$.data.result[1]"));
  if (type != "vector")
    return base::unexpected(
        fmt::format("a result of type \"{}\"; expected a scalar or a vector of "
                    "one series",
                    excerpt(type)));
  if (text_at(body, "$.data.result[0]").empty())
    return base::unexpected<std::string>("no series has a value; expected one");
  if (!text_at(body, "$.data.result[1]").empty())
    return base::unexpected<std::string>("several series; expected one, such as by sum(...)");
  return number_in(text_at(body, "$.data.result[0].value[1]"));
}

}  // namespace seawall::probe
