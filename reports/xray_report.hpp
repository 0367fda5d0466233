// What an x-ray found: for people, for programs, as settings and as checks.
//
//   order -> payment   POST /charge, for place-order
//     timeout          500 ms an attempt, ...
#pragma once
#include <string>

#include "harness/xray/findings.hpp"

namespace seawall::reports {

std::string xray_text(const xray::Xray& xray);
std::string xray_json(const xray::Xray& xray);
// [policy."A -> B"] with what is known; what is not stands in comments.
std::string xray_policy(const xray::Xray& xray);
// [[slo]] that hold the system to what it does today.
std::string xray_checks(const xray::Xray& xray);

}  // namespace seawall::reports
