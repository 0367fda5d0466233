// JSON that people read too: Boost.JSON writes everything on one line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace seawall::reports {

boost::json::string text(std::string_view value);
boost::json::array texts(const std::vector<std::string>& values);

// Two blanks a level, lists of plain values on one line, a line end behind it. Hidden characters
// (hidden_text.hpp) are escaped.
std::string indented_json(const boost::json::value& value);

}  // namespace seawall::reports
