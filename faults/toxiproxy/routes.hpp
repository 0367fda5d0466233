// The routes of the API as two tables, and what their handlers have in common.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults/toxiproxy/api.hpp"
#include "faults/toxiproxy/json_text.hpp"

namespace seawall::toxiproxy {

// A request that has found its route: what it is about, and whom it asks.
struct Call {
  const Request& request;
  Proxies& proxies;
  Forwards& forwards;
  Api::Settings settings;
  std::vector<std::string> names;  // what stood where the route has a *
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query
};

struct Route {
  std::string_view pattern;  // * is any one segment
  std::string_view methods;
  Answer (*handler)(const Call&);
  bool takes_query = false;  // of our own, where what is not known is an error
};
std::span<const Route> toxiproxy_routes();
std::span<const Route> own_routes();

inline Answer answer(int status, std::string body) { return {status, std::move(body)}; }
inline Answer answer(const Refusal& refusal) { return {refusal.status, to_json(refusal)}; }
// A body is seldom seen by who reads this, so that its place is told too.
Answer answer(const Mistake& mistake);

template <class Value>
Answer answer(int status, const Outcome<Value>& outcome) {
  if (!outcome) return answer(outcome.error());
  return {status, to_json(*outcome)};
}
inline Answer answer(const Outcome<void>& outcome) {
  return outcome ? Answer{204, "", ""} : answer(outcome.error());
}

Answer populate(const Call& call, Unknown unknown);

}  // namespace seawall::toxiproxy
