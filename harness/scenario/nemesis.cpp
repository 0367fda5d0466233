#include "harness/scenario/nemesis.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "harness/model/nemesis.hpp"
#include "harness/scenario/decode.hpp"

namespace seawall::scenario {
namespace {

using base::Duration;
using base::to_text;
using model::KindWords;
using model::Nemesis;

// Where a fault may stand: its key, `on` or `groups`, and what that says.
struct Site {
  std::string_view key;
  Value value;
};

class Drawer {
 public:
  Drawer(Context& context, const Value& table, const Nemesis& nemesis, Duration load)
      : context_(context), table_(table), nemesis_(nemesis), to_(nemesis.to.value_or(load)) {
    for (const std::string& service : context.words.services)
      if (nemesis.among.empty() || is_named(service)) among_.push_back(service);
  }

  // Whether what the table says can be drawn.
  bool check(Duration load);
  std::vector<Value> draw() const;

 private:
  struct Choice {
    const KindWords* kind;
    std::vector<Site> sites;
  };

  bool is_named(const std::string& service) const {
    return std::ranges::find(nemesis_.among, service) != nemesis_.among.end();
  }
  bool is_among(const std::string& service) const {
    return std::ranges::find(among_, service) != among_.end();
  }
  bool check_times(Duration load);
  bool check_names(std::string_view key, std::string_view what, std::span<const std::string> known,
                   std::string_view where);
  void choose(const std::string& name, Place place);
  std::vector<Site> sites_of(const KindWords& kind) const;
  Value split(const std::string& service) const;
  bool can_split(const std::string& service) const;
  Value fault(const Choice& choice, const Site& site, std::size_t number, Duration at,
              const base::KeyedRandom& draw) const;
  Place place_of(std::string_view key) const {
    const Value* value = table_.get(key);
    return value ? value->place : table_.place;
  }

  Context& context_;
  const Value& table_;
  const Nemesis& nemesis_;
  const Duration to_;
  std::vector<std::string> among_;
  std::vector<Choice> choices_;
};

bool Drawer::check(Duration load) {
  std::vector<std::string> kinds;
  for (const KindWords& kind : context_.words.kinds) kinds.push_back(kind.name);
  bool right = check_times(load);
  right &= check_names("pick", "kind", kinds, "fault.type");
  right &= check_names("among", "service", context_.words.services, "");
  if (!right) return false;
  const Value& pick = *table_.get("pick");
  if (pick.items.empty())
    context_.problems.error(pick.place, "no kind to pick from; expected at least one");
  for (const Value& kind : pick.items) choose(kind.text, kind.place);
  return !choices_.empty() && choices_.size() == pick.items.size();
}

bool Drawer::check_times(Duration load) {
  Problems& problems = context_.problems;
  if (to_ > load) {
    problems.error(place_of("to"), fmt::format("ends at {}, after the load of {}; expected an end "
                                               "within it",
                                               to_text(to_), to_text(load)));
    return false;
  }
  if (nemesis_.from + nemesis_.length > to_) {
    problems.error(place_of("for"),
                   fmt::format("no fault of {} has room from {} to {}", to_text(nemesis_.length),
                               to_text(nemesis_.from), to_text(to_)));
    return false;
  }
  if ((to_ - nemesis_.from) / nemesis_.every < Nemesis::most_faults) return true;
  problems.error(place_of("every"),
                 fmt::format("more than {} faults; expected a longer time", Nemesis::most_faults));
  return false;
}

bool Drawer::check_names(std::string_view key, std::string_view what,
                         std::span<const std::string> known, std::string_view where) {
  const Value* list = table_.get(key);
  bool right = true;
  for (const Value& item : list ? list->items : std::vector<Value>{})
    right &= check_name(context_, item.place, what, item.text, known, where);
  return right;
}

void Drawer::choose(const std::string& name, Place place) {
  const auto kind = std::ranges::find(context_.words.kinds, name, &KindWords::name);
  if (!kind->required.empty())
    return context_.problems.error(
        place, fmt::format("{} needs \"{}\"; expected kinds that need nothing beside their place",
                           name, base::join(kind->required, "\", \"")));
  Choice choice{&*kind, sites_of(*kind)};
  if (choice.sites.empty())
    return context_.problems.error(
        place, fmt::format("{} has no place among {}", name, base::join(among_, ", ")),
        kind->on_groups ? "a link must lead from one of these services to another"
                        : "a link must lead to one of these services");
  choices_.push_back(std::move(choice));
}

// A service, or one of its instances where it is done to one of them; a link that leads to one; or
// one of them cut off from all the others.
std::vector<Site> Drawer::sites_of(const KindWords& kind) const {
  std::vector<Site> sites;
  if (kind.on_node)
    for (const std::string& service : among_) {
      const auto nodes = kind.of_service ? std::vector<std::string>{service}
                                         : context_.instances.nodes_of(service);
      for (const std::string& node : nodes) sites.push_back({"on", text_value(node, table_.place)});
    }
  else if (kind.on_groups)
    for (const std::string& service : among_) {
      if (can_split(service)) sites.push_back({"groups", split(service)});
    }
  else
    for (const base::Link& link : context_.words.links)
      if (is_among(link.to)) sites.push_back({"on", text_value(to_text(link), table_.place)});
  return sites;
}

bool Drawer::can_split(const std::string& service) const {
  return std::ranges::any_of(context_.words.links, [&](const base::Link& link) {
    return is_among(link.from) && is_among(link.to) &&
           (link.from == service) != (link.to == service);
  });
}

Value Drawer::split(const std::string& service) const {
  Value one = array_value(table_.place);
  Value others = array_value(table_.place);
  for (const std::string& each : among_)
    (each == service ? one : others).items.push_back(text_value(each, table_.place));
  Value groups = array_value(table_.place);
  groups.items = {std::move(one), std::move(others)};
  return groups;
}

// Each draw is keyed by its turn, so that neither what came before nor `at_most` moves it.
std::vector<Value> Drawer::draw() const {
  std::uint64_t seed = 1;
  std::from_chars(context_.seed.data(), context_.seed.data() + context_.seed.size(), seed);
  std::vector<Value> faults;
  std::vector<Duration> starts;
  std::int64_t turn = 0;
  for (Duration at = nemesis_.from; at + nemesis_.length <= to_; at += nemesis_.every) {
    const auto key = base::KeyedRandom(seed).with("nemesis").with(turn++);
    const auto acting =
        std::ranges::count_if(starts, [&](Duration start) { return start + nemesis_.length > at; });
    if (acting >= nemesis_.at_most) continue;
    const Choice& choice = choices_[key.with("kind").below(choices_.size())];
    const Site& site = choice.sites[key.with("site").below(choice.sites.size())];
    faults.push_back(fault(choice, site, faults.size() + 1, at, key));
    starts.push_back(at);
  }
  return faults;
}

// A crash lasts as long as its node stays down, and what drains first is down for the rest.
Value Drawer::fault(const Choice& choice, const Site& site, std::size_t number, Duration at,
                    const base::KeyedRandom& draw) const {
  const Place place = table_.place;
  Value fault = table_value(place);
  fault.set("name", text_value(fmt::format("nemesis-{}", number), place));
  fault.set("type", text_value(choice.kind->name, place));
  fault.set(site.key, site.value);
  fault.set("at", text_value(to_text(at), place));
  Duration rest = nemesis_.length;
  if (std::ranges::find(choice.kind->keys, "drain") != choice.kind->keys.end()) {
    const Duration drain = std::chrono::milliseconds(
        draw.with("drain").below(static_cast<std::uint64_t>(rest / std::chrono::milliseconds(1))));
    fault.set("drain", text_value(to_text(drain), place));
    rest -= drain;
  }
  fault.set(choice.kind->takes_window ? "for" : "restart", text_value(to_text(rest), place));
  fault.set("must_hit", integer_value(0, place));
  return fault;
}

// What the document says, or the default; nothing where it is malformed, which is reported with the
// rest of the run.
std::optional<Duration> duration_of_load(const Value& document) {
  const Value* run = document.get("run");
  const Value* duration = run ? run->get("duration") : nullptr;
  if (!duration) return model::Run().duration;
  const auto parsed = base::parse_duration(duration->text);
  return parsed ? std::optional<Duration>(*parsed) : std::nullopt;
}

}  // namespace

std::size_t draw_nemesis(Context& context, Value& document) {
  const Entry* entry = document.find("nemesis");
  if (!entry) return 0;
  const Value table = entry->value;
  document.erase("nemesis");
  const std::optional<Duration> load = duration_of_load(document);
  Nemesis nemesis;
  const model::Field field{"faults drawn from the seed"};
  decode(At{context, table, field, "nemesis"}, nemesis);
  if (!load || context.problems.any()) return 0;  // nothing runs, so nothing need be drawn
  Drawer drawer(context, table, nemesis, *load);
  if (!drawer.check(*load)) return 0;
  std::vector<Value> drawn = drawer.draw();
  if (!document.find("fault")) document.set("fault", array_value(table.place));
  Value& faults = document.find("fault")->value;
  if (!faults.is_array()) return 0;  // reported with the faults
  std::ranges::move(drawn, std::back_inserter(faults.items));
  return drawn.size();
}

}  // namespace seawall::scenario
