#include "harness/explore/candidates.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "faults/kinds/kind.hpp"
#include "harness/base/assert.hpp"
#include "harness/model/point.hpp"
#include "harness/scenario/reader.hpp"

namespace seawall::explore {
namespace {

// Both texts are made here, so a mistake in them is ours.
model::Scenario scenario_of(const std::string& text, const model::Vocabulary& words) {
  auto reading = scenario::read_scenario_text("explored.toml", text, {}, words);
  if (!reading) {
    std::string mistakes = "a scenario that is explored can be read";
    for (const base::Diagnostic& mistake : reading.error())
      mistakes += "\n" + base::to_text(mistake);
    base::require(false, mistakes.c_str());
  }
  return std::move(reading->scenario);
}

}  // namespace

bool is_at_one_place(const model::Fault& fault) {
  return fault.at_call.size() == 1 && fault.at_call.front().first == fault.at_call.front().last;
}

Candidates::Candidates(std::string text, const model::Vocabulary& words)
    : text_(std::move(text)), words_(words), scenario_(scenario_of(text_, words)) {}

std::uint32_t Candidates::at_point(const model::Point& point) {
  const auto number = static_cast<std::uint32_t>(groups_.size());
  const auto [place, is_new] = at_point_.try_emplace(model::to_text(point), number);
  if (is_new) groups_.push_back(read(faults_at(point, scenario_), number));
  return place->second;
}

void Candidates::add_services(const std::vector<base::Link>& links) {
  if (of_services_.empty()) of_services_ = read(faults_of_services(links, scenario_), of_services);
}

std::uint32_t Candidates::number_of(const FaultText& fault) {
  const auto known = numbers_.find(fault.shown);
  return known == numbers_.end() ? read({fault}, of_services).front() : known->second;
}

Plan Candidates::numbers_of(const std::vector<FaultText>& faults) {
  constexpr std::size_t at_once = 500;  // a text has an end
  std::vector<FaultText> unread;
  std::set<std::string_view> met;
  for (const FaultText& fault : faults) {
    if (numbers_.contains(fault.shown) || !met.insert(fault.shown).second) continue;
    unread.push_back(fault);
    if (unread.size() < at_once) continue;
    read(unread, of_services);
    unread.clear();
  }
  if (!unread.empty()) read(unread, of_services);
  Plan numbers;
  for (const FaultText& fault : faults) numbers.push_back(numbers_.at(fault.shown));
  return numbers;
}

Plan Candidates::read(const std::vector<FaultText>& faults, std::uint32_t group) {
  std::string text = text_;
  for (const FaultText& fault : faults) text += "\n" + fault.toml;
  model::Scenario scenario = scenario_of(text, words_);
  base::require(scenario.faults.size() == faults.size(), "each text is one fault");
  Plan numbers;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(all_.size());
    all_.push_back({faults[i].shown, faults[i].toml, std::move(scenario.faults[i]), group});
    numbers_.emplace(faults[i].shown, number);
    numbers.push_back(number);
  }
  return numbers;
}

bool Candidates::acts_beside(const Plan& met, std::uint32_t fault) const {
  if (met.empty() || !is_at_one_place(at(fault).fault)) return true;
  Plan all = met;
  all.insert(std::ranges::lower_bound(all, fault), fault);
  std::vector<plan::Armed> armed;
  for (const std::uint32_t number : all)
    armed.push_back(kinds::arm(at(number).fault, static_cast<std::uint16_t>(armed.size())));
  const auto acting = plan::acting_together(armed, at(fault).fault.at_call.front());
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!acting[i] && is_at_one_place(at(all[i]).fault)) return false;
  return true;
}

std::string Candidates::with_faults(const Plan& plan) const {
  std::string text = text_;
  for (const std::uint32_t number : plan) text += "\n" + at(number).toml;
  return text;
}

std::vector<std::string> Candidates::shown(const Plan& plan) const {
  std::vector<std::string> lines;
  for (const std::uint32_t number : plan) lines.push_back(at(number).shown);
  return lines;
}

}  // namespace seawall::explore
