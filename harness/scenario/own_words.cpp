#include "harness/scenario/own_words.hpp"

#include <algorithm>
#include <array>

#include "harness/scenario/decode.hpp"
#include "harness/scenario/template.hpp"

namespace seawall::scenario {
namespace {

// Taken from what clients see, or from the journal of a link; the others are taken from what the
// shop tells of itself.
constexpr auto seen_from_outside = std::to_array<std::string_view>(
    {"latency", "latency_all", "error_rate", "ok_share", "ok_rate", "call_latency", "attempts",
     "peak_to_mean", "calls", "recovery_time"});

// What can be done to a process of which nothing else is known.
constexpr auto to_processes = std::to_array<std::string_view>({"crash", "pause", "restart"});

template <class List>
bool has(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

void add_once(std::vector<std::string>& list, std::string_view word) {
  if (!word.empty() && !has(list, word)) list.emplace_back(word);
}

class OwnWords {
 public:
  OwnWords(const Value& document, const model::Vocabulary& all)
      : document_(document), all_(all), external_(target_kind(document) == "external") {}

  model::Vocabulary words() {
    add_services();
    add_links();
    add_measures();
    add_kinds();
    words_.later = all_.later;
    for (const std::string& pattern : all_.patterns) words_.elsewhere.push_back(pattern);
    for (const std::string& invariant : all_.invariants) words_.elsewhere.push_back(invariant);
    for (const auto& request : all_.requests) words_.elsewhere.push_back(request.name);
    return std::move(words_);
  }

 private:
  const std::vector<Value>& entries(std::string_view list) const {
    static const std::vector<Value> none;
    const Value* found = document_.get(list);
    return found ? found->items : none;
  }

  void add_services() {
    if (external_) add_once(words_.services, model::base_name);
    for (const Value& service : entries("service"))
      if (is_active(service)) add_once(words_.services, service.text_of("name"));
    if (!external_) return;
    for (const Value& link : entries("link"))
      for (const std::string_view end : {"from", "to"})
        if (is_active(link) && link.text_of(end) != model::client_name)
          add_once(words_.services, link.text_of(end));
  }

  void add_links() {
    for (const Value& link : entries("link"))
      if (is_active(link))
        add_link({std::string(link.text_of("from")), std::string(link.text_of("to"))});
    for (const Value& service : entries("service"))
      if (is_active(service)) add_links_in(service);
    if (external_)
      return add_link({std::string(model::client_name), std::string(model::base_name)});
    const Value* load = document_.get("load");
    if (!load) return;
    add_links_in(*load);
    add_client_link(*load);
    for (const Value& one : load->items) add_client_link(one);
  }

  void add_client_link(const Value& load) {
    add_link({std::string(model::client_name), std::string(load.text_of("to"))});
  }

  // Those that the texts of this value name.
  void add_links_in(const Value& value) {
    for (const Value& item : value.items) add_links_in(item);
    for (const Entry& entry : value.entries) add_links_in(entry.value);
    if (!value.is_text()) return;
    const std::string& text = value.text;
    for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
      const std::size_t close = text.find('}', at);
      if (close == std::string::npos) return;
      const std::string_view name = std::string_view(text).substr(at + 2, close - at - 2);
      if (const auto link = link_of_placeholder(name)) add_link(*link);
    }
  }

  // What leads from or to nowhere is reported where it stands.
  void add_link(const base::Link& link) {
    const bool known_caller = link.from == model::client_name || has(words_.services, link.from);
    if (!known_caller || !has(words_.services, link.to) || link.from == link.to) return;
    if (!has_link(link)) words_.links.push_back(link);
  }
  bool has_link(const base::Link& link) const {
    return std::ranges::find(words_.links, link) != words_.links.end();
  }

  void add_measures() {
    for (const model::MeasureWords& measure : all_.measures) {
      if (has(seen_from_outside, measure.name))
        words_.measures.push_back(measure);
      else
        words_.elsewhere.push_back(measure.name);
    }
  }

  void add_kinds() {
    for (const model::KindWords& kind : all_.kinds) {
      const bool of_nodes = kind.on_node && kind.acts;
      const bool in_processes = !external_ && has(to_processes, kind.name);
      if (!of_nodes || in_processes)
        words_.kinds.push_back(kind);
      else
        words_.elsewhere.push_back(kind.name);
    }
    model::KindWords command;
    command.name = "command";
    command.by_command = true;
    command.keys = {"start", "undo"};
    command.required = command.keys;
    command.takes_at_call = command.takes_probability = command.takes_match = false;
    command.doc = "a command of your own, and one that takes it back";
    words_.kinds.push_back(std::move(command));
  }

  const Value& document_;
  const model::Vocabulary& all_;
  bool external_;
  model::Vocabulary words_;
};

}  // namespace

std::string target_kind(const Value& document) {
  const Value* target = document.get("target");
  const std::string_view kind = target ? target->text_of("kind") : std::string_view();
  return kind == "services" || kind == "external" ? std::string(kind) : "shop";
}

model::Vocabulary own_words(const Value& document, const model::Vocabulary& all) {
  return OwnWords(document, all).words();
}

}  // namespace seawall::scenario
