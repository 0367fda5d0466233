#include <algorithm>

#include "faults/kinds/kind.hpp"
#include "harness/model/point.hpp"

namespace seawall::kinds {

namespace {

using Crash = plan::Effect::Crash;

// Only a crash that is aimed at a call comes here; one in a window is done to its node.
void apply_crash(const model::Fault& fault, const base::KeyedRandom&, const base::Link& link,
                 plan::Effect& effect) {
  const Crash who = fault.node == link.from            ? Crash::caller
                    : base::means(fault.node, link.to) ? Crash::callee
                                                       : Crash::none;
  (fault.effect == model::When::after ? effect.crash_after : effect.crash_before) = who;
}

bool concerns(const model::Point& point, const std::string& node) {
  return point.link.from == node || (!point.durable_write && base::means(point.link.to, node));
}

std::string check_crash(const model::Fault& fault) {
  if (fault.at_call.empty() && fault.effect == model::When::after)
    return "'effect' of a crash needs 'at_call': after what?";
  const auto stray =
      std::find_if(fault.at_call.begin(), fault.at_call.end(),
                   [&](const model::Point& point) { return !concerns(point, fault.node); });
  if (stray != fault.at_call.end())
    return "'" + fault.node + "' has no part in \"" + model::to_text(*stray) +
           "\": 'on' names who dies, the caller or the callee, or who writes";
  return {};
}

}  // namespace

Kind crash() {
  model::KindWords words;
  words.name = "crash";
  words.on_node = true;
  words.keys = {"restart", "effect"};
  words.takes_window = false;
  words.takes_probability = false;
  words.takes_match = false;
  words.doc =
      "the service dies and starts again after 'restart' (\"never\": at heal); what is not durable "
      "is gone. With at_call: before or after that call or durable write";
  words.check = check_crash;
  return {words, apply_crash, plan::NodeEffect::crash, R"(
[[fault]]
type = "crash"
on = "payment"
at = "5s"
restart = "2s"
)"};
}

}  // namespace seawall::kinds
