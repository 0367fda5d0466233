// The text of an execution index, as scenarios write it in `at_call` and `plan`:
//   item    = subject ":" point [ ":" outcome ] ;
//   subject = "order" int | "request" int | "any" ;
//   point   = name "->" name "." name [ "[" label "]" ] ordinal      a call
//           | name "!" name [ "." name ] ordinal ;                   a durable write
//   ordinal = "#" int [ ".." [ int ] ] | "#*" ;                      a range or * is one unit
//   outcome = name [ "(" name "=" value { "," name "=" value } ")" ]
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/model/fault.hpp"

namespace seawall::model {

struct PointError {
  std::size_t at = 0;   // offset in the text
  std::string message;  // what was expected there
};

struct PlanItem {
  Point point;
  std::size_t operation_at = 0;                  // offset in the text
  std::string outcome;                           // a kind of fault; empty where none was given
  std::map<std::string, std::string> arguments;  // of the outcome, as text
};

base::expected<PlanItem, PointError> parse_plan_item(std::string_view text);
// What parse_plan_item() reads back as the same.
std::string to_text(const Point& point);
std::string to_text(const PlanItem& item);

}  // namespace seawall::model
