#include "harness/scenario/canonical.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "harness/model/point.hpp"

namespace seawall::scenario {
namespace {

using model::Template;

// A visitor that prints. Every value ends with a blank, every table stands in braces.
class Printer {
 public:
  template <class T>
  void field(std::string_view key, const T& value, const model::Field&) {
    (out_ += key) += '=';
    print(value);
  }
  // Left out where there are none, so that older runs can still be compared.
  void field(std::string_view key, const model::Instances& value, const model::Field&) {
    if (!value.count.empty()) out_ += fmt::format("{}={} ", key, value.zones), print(value.count);
  }
  void field(std::string_view key, const std::optional<model::Zone>& value, const model::Field&) {
    if (value) out_ += fmt::format("{}={} of {} ", key, value->number, value->of);
  }
  void field(std::string_view key, const model::FaultDrain& value, const model::Field&) {
    if (value.time > base::Duration{}) out_ += fmt::format("{}={} ", key, value.time.count());
  }
  // The same holds for all that came later, where nothing is said of it.
  void field(std::string_view key, const model::Target::Isolation& value, const model::Field&) {
    if (value != model::Target::Isolation::none) said(key, value);
  }
  void field(std::string_view key, const std::optional<std::string>& value, const model::Field&) {
    if (value) said(key, *value);
  }
  void field(std::string_view key, const model::Command& value, const model::Field&) {
    if (!value.empty()) said(key, value);
  }
  void field(std::string_view key, const std::vector<model::Flow>& value, const model::Field&) {
    if (!value.empty()) said(key, value);
  }
  template <class T>
  void rest(const std::map<base::Link, T>& map, const model::Field&) {
    for (const auto& [link, value] : map) {
      print(base::to_text(link));
      print(value);
    }
  }
  std::string take() { return std::move(out_); }

  template <class T>
  void print(const T& value) {
    if constexpr (model::Described<T>)
      print_table(value);
    else if constexpr (model::NamedEnum<T>)
      print(std::string(model::name_of(value)));
    else if constexpr (std::integral<T> || std::floating_point<T>)
      out_ += fmt::format("{} ", value);
    else
      print_unit(value);
  }
  void print(const std::string& text) { out_ += fmt::format("{}:{} ", text.size(), text); }
  template <class T>
  void print(const std::vector<T>& list) {
    out_ += fmt::format("{}[", list.size());
    for (const T& item : list) print(item);
    out_ += "] ";
  }
  template <class T>
  void print(const std::optional<T>& value) {
    if (value)
      print(*value);
    else
      out_ += "- ";
  }
  template <class T>
  void print(const model::Switch<T>& value) {
    print(static_cast<const std::optional<T>&>(value));
  }
  template <class Key, class T>
  void print(const std::map<Key, T>& map) {
    out_ += "{";
    for (const auto& [key, value] : map) {
      print(key);
      print(value);
    }
    out_ += "} ";
  }
  template <class A, class B>
  void print(const std::pair<A, B>& pair) {
    print(pair.first);
    print(pair.second);
  }
  void print(const Template& text) {
    for (const Template::Part& part : text.parts) {
      out_ += fmt::format("<{} {} {} {} ", static_cast<int>(part.kind), part.least, part.most,
                          part.whole_value);
      print(part.text);
      print(part.choices);
    }
    out_ += "> ";
  }
  void print(const model::LateText& text) {
    for (const model::LateText::Part& part : text.parts) {
      out_ += fmt::format("<{} ", static_cast<int>(part.kind));
      // What an environment holds is no part of what runs are compared by.
      print(part.kind == model::LateText::Part::Kind::secret ? std::string() : part.text);
      print(base::to_text(part.link));
    }
    out_ += "> ";
  }
  void print(const model::HostPort& place) { print(model::to_text(place)); }
  void print(const model::JsonPath& path) { print(path.text); }
  void print(const model::HttpQuestion& question) { print(question.method), print(question.url); }
  void print(const model::WindowSize& size) { print(size.calls), print(size.time); }
  void print(const model::HedgeDelay& delay) { print(delay.percentile), print(delay.time); }
  void print(const model::JsonBody&) {}  // printed as the body
  void print(const model::FormBody&) {}
  void print(const model::VariantOverlay&) {}
  void print(const model::Expression& expression) { print(expression.text); }
  void print(const model::Phase& phase) { print(phase.text); }
  void print(const model::MustHit& must) { print(must.count), print(must.share); }
  void print(const model::FaultSite& site) {
    print(site.node);
    print(site.link ? base::to_text(*site.link) : std::string());
  }
  void print(const model::FaultStart& start) { print(start.after), print(start.at); }
  void print(const base::Bytes& bytes) { print(bytes.count); }
  void print(const model::Bandwidth& rate) { print(rate.per_second.count); }
  void print(const model::ClockJump& jump) { print(jump.by); }
  void print(const model::Seen& seen) { print(model::to_text(seen)); }
  void print(const model::FaultRestart& restart) { print(restart.time); }
  void print(const model::Point& point) { print(model::to_text(point)); }
  void print(const model::Variant& variant) {
    print(variant.name);
    print_table(variant);
  }

 private:
  template <class T>
  void said(std::string_view key, const T& value) {
    (out_ += key) += '=';
    print(value);
  }
  template <class T>
  void print_table(T value) {  // a copy, because describe() is made for reading too
    out_ += "{";
    describe(*this, value);
    out_ += "} ";
  }
  void print_unit(base::Duration value) { print(value.count()); }
  void print_unit(base::Rate value) { print(value.micro_per_second); }
  void print_unit(base::Share value) { print(value.ppm); }
  void print_unit(base::Money value) { print(value.minor); }

  std::string out_;
};

template <class T>
std::string printed(const T& value) {
  Printer printer;
  printer.print(value);
  return printer.take();
}

// What rows say is compared, and not where they lie on this machine.
std::string digest(const model::Rows& rows) {
  std::string text = printed(rows.columns);
  for (const auto& row : rows.rows)
    for (const model::Rows::Cell& cell : row)
      text += fmt::format("{} {}:{} ", cell.literal, cell.text.size(), cell.text);
  return base::hex(base::hash_bytes(text));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

std::string canonical_text(const model::Scenario& scenario) { return printed(scenario); }

std::uint64_t comparison_hash(const model::Scenario& scenario) {
  std::vector<model::Load> loads = scenario.loads;
  for (model::Load& load : loads) {
    if (load.rows) load.data = digest(*load.rows);
    for (model::RequestSpec& request : load.requests)
      std::erase_if(request.headers, [&](const auto& header) {
        return is_secret_header(header.first, scenario.redact_headers);
      });
  }
  model::Target target = scenario.target;
  target.root.reset();  // of this machine
  std::string text = printed(target) + printed(loads) + printed(scenario.faults) +
                     printed(scenario.run.warmup) + printed(scenario.run.duration) +
                     printed(scenario.run.settle);
  if (!target.is_shop()) text += printed(scenario.services) + printed(scenario.links);
  return base::hash_bytes(text);
}

bool is_secret_header(std::string_view name, const std::vector<std::string>& redacted) {
  static const std::vector<std::string> usual = {"authorization", "proxy-authorization", "cookie",
                                                 "set-cookie"};
  const std::string wanted = lower(name);
  const auto same = [&](const std::string& one) { return lower(one) == wanted; };
  return std::ranges::any_of(usual, same) || std::ranges::any_of(redacted, same);
}

std::string without_password(const std::string& text) {
  std::string out = text;
  for (std::size_t at = out.find("://"); at != std::string::npos; at = out.find("://", at + 3)) {
    const std::size_t start = at + 3;
    const std::size_t end = std::min(out.find_first_of("/?# \"'", start), out.size());
    const std::size_t host = out.rfind('@', end);
    if (host == std::string::npos || host < start) continue;
    const std::size_t colon = out.find(':', start);
    if (colon >= host || out.substr(colon + 1, host - colon - 1).starts_with("${")) continue;
    out.replace(colon + 1, host - colon - 1, "***");
  }
  return out;
}

}  // namespace seawall::scenario
