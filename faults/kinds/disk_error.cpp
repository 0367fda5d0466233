#include <algorithm>

#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

std::string check(const model::Fault& fault) {
  const bool at_writes = std::ranges::all_of(fault.at_call, &model::Point::durable_write);
  if (!fault.at_call.empty() && at_writes) return {};
  return "a disk_error needs 'at_call' with a durable write: \"order 3: payment!capture #1\"";
}

}  // namespace

Kind disk_error() {
  model::KindWords words;
  words.name = "disk_error";
  words.on_node = true;
  words.takes_probability = false;
  words.takes_match = false;
  words.doc =
      "a durable write fails: nothing of it is kept, and the service is told of an error of its "
      "disk. With at_call alone";
  words.check = check;
  return {words, nullptr, plan::NodeEffect::disk_error, R"(
[[fault]]
type = "disk_error"
at_call = "order 3: payment!capture #1"
)"};
}

}  // namespace seawall::kinds
