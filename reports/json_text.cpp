#include "reports/json_text.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "harness/model/hidden_text.hpp"

namespace seawall::reports {
namespace {

namespace json = boost::json;

bool is_flat(const json::array& array) {
  return std::none_of(array.begin(), array.end(), [](const json::value& element) {
    return element.is_object() || element.is_array();
  });
}

void append_indented(std::string& out, const json::value& value, int depth) {
  const std::string line = "\n" + std::string(2 * static_cast<std::size_t>(depth), ' ');
  const char* separator = "";
  if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    for (const auto& member : *object) {
      out.append(separator).append(line).append("  ").append(json::serialize(member.key()));
      out += ": ";
      append_indented(out, member.value(), depth + 1);
      separator = ",";
    }
    out.append(line).append("}");
  } else if (const json::array* array = value.if_array(); array != nullptr && !is_flat(*array)) {
    out += '[';
    for (const json::value& element : *array) {
      out.append(separator).append(line).append("  ");
      append_indented(out, element, depth + 1);
      separator = ",";
    }
    out.append(line).append("]");
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

json::string text(std::string_view value) { return json::string(value.data(), value.size()); }

json::array texts(const std::vector<std::string>& values) {
  json::array array;
  for (const std::string& value : values) array.push_back(text(value));
  return array;
}

std::string indented_json(const json::value& value) {
  std::string out;
  append_indented(out, value, 0);
  return model::json_without_hidden(out + "\n");
}

}  // namespace seawall::reports
