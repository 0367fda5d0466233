// How the orders of the run without faults end. Where none of them is confirmed, no fault meets an
// order that succeeds, and "0 violations" is said of its first steps alone: that is no result, and
// every way to explore says so in the same words.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "harness/record/record.hpp"

namespace seawall::explore {

// How many orders ended in each state.
using Ends = std::map<std::string, std::int64_t>;

// By the state of their last row; empty: no order has left one.
Ends ends_of_orders(const record::Record& record);

// "the order failed", "1 of 3 orders failed; 1 of 3 orders ended as pending": those that were not
// confirmed. Empty: all were.
std::string unconfirmed(const Ends& ends, std::int64_t orders);

// There were orders, and none of them was confirmed.
bool is_none_confirmed(const Ends& ends);

// What is said then, and what is to be done. `unconfirmed`: as above.
std::string nothing_succeeded(const std::string& unconfirmed);

}  // namespace seawall::explore
