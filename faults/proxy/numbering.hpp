// Counts requests at the ingress of links: the `n` of the execution index. One counter for each
// (subject, link, operation, label), never reset; the ways to the instances of a service count as
// one link. What comes from elsewhere (curl) gets an index here.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "harness/base/link.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::proxy {

class Numbering {
 public:
  // `target` outlives it.
  explicit Numbering(const runtime::Target& target) : target_(target) {}

  // Fills in index.n, and the whole index of a request that has no subject: foreign, by arrival,
  // with the operation that the target names or else "METHOD /path" without the query.
  void number(const base::Link& link, model::Request& request);

 private:
  using Key = std::tuple<base::Subject, base::Link, std::string, std::string>;
  const runtime::Target& target_;
  std::map<Key, std::uint32_t> counts_;
  std::uint64_t foreign_ = 0;
};

}  // namespace seawall::proxy
