#include "harness/xray/calls.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace seawall::xray {
namespace {

using record::Exchange;

std::vector<const Exchange*> by_time(std::vector<const Exchange*> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Exchange* a, const Exchange* b) { return a->sent < b->sent; });
  return rows;
}

// The last request that was sent before it; null where there was none.
const Exchange* cause_of(const Exchange& row, const std::vector<const Exchange*>& requests) {
  const auto after =
      std::upper_bound(requests.begin(), requests.end(), row.sent,
                       [](TimePoint t, const Exchange* request) { return t < request->sent; });
  return after == requests.begin() ? nullptr : *std::prev(after);
}

bool waits(const Exchange& cause, TimePoint t) {
  return cause.ended == TimePoint{} || t <= cause.ended;
}

}  // namespace

std::string to_text(const Operation& operation) {
  return std::string(model::name_of(operation.method)) + " " + operation.path;
}

Operation operation_of(const Exchange& row) {
  const std::string_view whole = row.path.view();
  const std::string_view path = whole.substr(0, whole.find('?'));
  Operation operation{row.method, {}};
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    const std::string_view part = path.substr(at, end - at);
    const bool varies = part.find_first_of("0123456789") != std::string_view::npos;
    operation.path += varies ? "/*" : std::string(part);
    at = end;
  }
  return operation;
}

std::vector<const Exchange*> rows_on(const record::Record& record, const Subject& subject,
                                     TimePoint from) {
  std::vector<const Exchange*> rows;
  for (const Exchange& row : record.exchanges)
    if (row.sent >= from && subject.link.covers(row.link) && operation_of(row) == subject.operation)
      rows.push_back(&row);
  return by_time(std::move(rows));
}

std::vector<const Exchange*> requests_to_caller(const record::Record& record,
                                                const base::Link& link) {
  std::vector<const Exchange*> requests;
  for (const Exchange& row : record.exchanges)
    if (row.sent >= record.time_zero && base::means(link.from, row.link.to) && !row.link.is_inner())
      requests.push_back(&row);
  return by_time(std::move(requests));
}

std::vector<Call> calls_on(const record::Record& record, const Subject& subject) {
  const auto requests = requests_to_caller(record, subject.link);
  using What = std::tuple<TimePoint, std::string, std::string, std::uint64_t>;
  std::map<What, std::size_t> seen;
  std::vector<Call> calls;
  for (const Exchange* row : rows_on(record, subject, record.time_zero)) {
    const Exchange* cause = cause_of(*row, requests);
    if (cause == nullptr) continue;
    What what{cause->sent, {}, {}, 0};
    if (!subject.once)
      what = {cause->sent, std::string(row->path.view()), std::string(row->key.view()),
              row->payload_hash};
    const bool in_time = waits(*cause, row->sent);
    const auto known = seen.find(what);
    if (known == seen.end() && !in_time) continue;  // what an earlier request left behind
    if (known == seen.end()) {
      seen.emplace(what, calls.size());
      calls.push_back({cause, {row}, {}});
      continue;
    }
    Call& call = calls[known->second];
    (in_time ? call.attempts : call.afterwards).push_back(row);
  }
  return calls;
}

std::optional<Subject> main_subject(const record::Record& record, const base::Link& link) {
  const auto requests = requests_to_caller(record, link);
  std::map<Operation, std::map<const Exchange*, int>> needed;
  std::vector<Operation> in_order;
  for (const Exchange& row : record.exchanges) {
    if (row.sent < record.time_zero || !link.covers(row.link)) continue;
    const Exchange* cause = cause_of(row, requests);
    if (cause == nullptr || !waits(*cause, row.sent)) continue;
    const Operation operation = operation_of(row);
    if (!needed.contains(operation)) in_order.push_back(operation);
    ++needed[operation][cause];
  }
  std::optional<Subject> most;
  std::size_t count = 0;
  for (const Operation& operation : in_order) {
    const auto& causes = needed[operation];
    if (causes.size() <= count) continue;
    const auto is_one = [](const auto& cause) { return cause.second == 1; };
    most = Subject{link, operation, std::all_of(causes.begin(), causes.end(), is_one)};
    count = causes.size();
  }
  return most;
}

}  // namespace seawall::xray
