// Counts what an invariant has judged and what broke it, and makes a finding of it. The first
// offences are told in full: a reader must be able to look the rows up.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/record/verdict.hpp"

namespace seawall::check {

class Tally {
 public:
  // So many things were there to be judged.
  void judged(std::int64_t count = 1) { finding_.exercised += count; }
  // `sentence` says what is wrong and names the rows; without the order's name, which is put before
  // it. An offence without an order (a SKU, a link) passes an empty name. Offences of one order
  // count once when they come one after another.
  void offend(std::string_view order, std::string_view sentence);

  // Evidence is missing: NOT JUDGED, unless something broke all the same.
  void not_judged(std::string why) { not_judged_ = std::move(why); }
  void value(std::string text) { finding_.value = std::move(text); }
  void limit(std::string text) { finding_.limit = std::move(text); }

  // What does not hold of the whole, beside the offences that are counted.
  void remark(std::string sentence) { remark_ = std::move(sentence); }

  // `explanation`: what the invariant promises, for one who has not read the design. `nothing`:
  // what was missing when there was nothing to judge. `counted`: what was judged, as "charges".
  record::Finding finish(std::string_view explanation, std::string_view nothing,
                         std::string_view counted) &&;

 private:
  record::Finding finding_;
  std::string told_;  // the first offences
  std::string remark_;
  std::string not_judged_;
  std::string last_order_;
};

}  // namespace seawall::check
