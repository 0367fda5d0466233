// What must be true of the shop whatever happens to it: the table of all invariants. Each is one
// function over the evidence and one row here; adding one is a function and a row.
//
//   always   on every prefix of one node's log, so that an order of commits that only looks right
//            in the end is found; time is read by A9 alone, which looks at two logs
//   settled  when everything has come to rest
//
// The definitions are those of the design's table of invariants, word for word.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/check/evidence.hpp"
#include "harness/check/tally.hpp"

namespace seawall::check {

struct Invariant {
  enum class When : std::uint8_t { always, settled };
  std::string_view id;
  std::string_view name;
  When when;
  void (*check)(const Evidence& evidence, Tally& tally);
  std::string_view explanation;  // what it promises, in one sentence without the full stop
  std::string_view nothing;      // why there was nothing to judge
  std::string_view counted;      // what it looks at one by one: "charges"
};

std::span<const Invariant> invariants();
// For the scenario's vocabulary.
std::vector<std::string> invariant_names();

record::Finding judge(const Invariant& invariant, const Evidence& evidence);

// The functions of the table, by what they look at.
void no_double_charge(const Evidence&, Tally&);  // invariants_money.cpp
void no_over_refund(const Evidence&, Tally&);
void conservation(const Evidence&, Tally&);
void no_oversell(const Evidence&, Tally&);  // invariants_stock.cpp
void no_leaked_reservation(const Evidence&, Tally&);
void legal_transitions(const Evidence&, Tally&);  // invariants_order.cpp
void ship_once(const Evidence&, Tally&);
void every_saga_settled(const Evidence&, Tally&);
void all_or_nothing(const Evidence&, Tally&);
void no_orphans(const Evidence&, Tally&);
void forward_after_pivot(const Evidence&, Tally&);
void told_only_durable(const Evidence&, Tally&);  // invariants_client.cpp
void key_integrity(const Evidence&, Tally&);
void one_order_per_request(const Evidence&, Tally&);
void client_truth(const Evidence&, Tally&);
void stuck_is_visible(const Evidence&, Tally&);  // invariants_time.cpp
void converges(const Evidence&, Tally&);
void load_bounded(const Evidence&, Tally&);
void goodput_recovers(const Evidence&, Tally&);  // goodput.cpp

}  // namespace seawall::check
