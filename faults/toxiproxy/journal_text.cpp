#include "faults/toxiproxy/journal_text.hpp"

#include <limits>
#include <set>

#include <fmt/format.h>

#include "faults/toxiproxy/input.hpp"
#include "harness/base/text.hpp"
#include "harness/model/json_codec.hpp"

namespace seawall::toxiproxy {
namespace {

constexpr std::int64_t most_rows = 10'000;

base::unexpected<Refusal> refuse_query(std::string message) {
  return base::unexpected(Refusal{400, std::move(message), {}});
}

std::int64_t nanoseconds(base::TimePoint time) { return time.time_since_epoch().count(); }

Outcome<std::int64_t> number_of(const std::string& key, const std::string& text,
                                std::int64_t most) {
  const auto number = parse_integer(text, most);
  if (!number) return refuse_query(fmt::format("{}: {}", key, number.error()));
  return *number;
}

Outcome<base::TimePoint> time_of(const std::string& text, base::TimePoint now) {
  if (const auto ago = base::parse_duration(text)) return now - *ago;
  const auto number = parse_integer(text, std::numeric_limits<std::int64_t>::max());
  if (text.empty() || !number)
    return refuse_query(
        fmt::format("since: expected a time such as 30s, or the now_ns of an answer, "
                    "found {:.40}",
                    text));
  return base::TimePoint(base::Duration(*number));
}

Outcome<void> take(const std::string& key, const std::string& value, base::TimePoint now,
                   http::Query& query) {
  if (key == "method") return query.method = value, Outcome<void>();
  if (key == "path") return query.path = value, Outcome<void>();
  if (key == "fault") return query.fault = value, Outcome<void>();
  if (key == "since") {
    const auto time = time_of(value, now);
    if (!time) return base::unexpected(time.error());
    query.since = *time;
    return {};
  }
  const bool is_status = key == "status";
  if (!is_status && key != "limit")
    return refuse_query(
        fmt::format("there is no key '{:.40}' here; expected method, path, status, "
                    "fault, since or limit",
                    key));
  const auto number = number_of(key, value, is_status ? 599 : most_rows);
  if (!number) return base::unexpected(number.error());
  if (is_status) query.status = static_cast<int>(*number);
  if (!is_status) query.most = static_cast<std::size_t>(*number);
  return {};
}

std::string row_json(const http::Row& row) {
  const record::Exchange& exchange = row.exchange;
  const std::string times =
      fmt::format("\"sent_ns\":{},\"ended_ns\":{},\"connection\":{}", nanoseconds(exchange.sent),
                  nanoseconds(exchange.ended), row.connection);
  std::string members;
  if (!row.of_connection) {
    std::vector<std::string> faults;
    for (const std::string& fault : row.faults) faults.push_back(model::json_string(fault));
    members = fmt::format(
        "\"method\":{},\"target\":{},\"status\":{},\"faults\":[{}],\"bytes_out\":{},"
        "\"bytes_in\":{},\"copies\":{},",
        model::json_string(row.method), model::json_string(row.target), exchange.status,
        base::join(faults, ","), exchange.bytes_out, exchange.bytes_in, exchange.copies);
  }
  if (exchange.failure)
    members +=
        fmt::format("\"failure\":{},", model::json_string(model::name_of(*exchange.failure)));
  if (!row.note.empty()) members += fmt::format("\"note\":{},", model::json_string(row.note));
  return "{" + members + times + "}";
}

}  // namespace

Outcome<http::Query> read_journal_query(
    const std::vector<std::pair<std::string, std::string>>& parameters, base::TimePoint now) {
  http::Query query;
  std::set<std::string> seen;
  for (const auto& [key, value] : parameters) {
    if (!seen.insert(key).second)
      return refuse_query(fmt::format("the key '{:.40}' comes twice", key));
    if (const auto taken = take(key, value, now, query); !taken)
      return base::unexpected(taken.error());
  }
  return query;
}

std::string to_json(const std::vector<http::Row>& rows, base::TimePoint now) {
  std::vector<std::string> elements;
  for (const http::Row& row : rows) elements.push_back(row_json(row));
  return fmt::format("{{\"now_ns\":{},\"rows\":[{}]}}", nanoseconds(now),
                     base::join(elements, ","));
}

}  // namespace seawall::toxiproxy
