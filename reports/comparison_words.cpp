#include "reports/comparison_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::reports {
namespace {

using compare::Comparison;
using compare::Metric;
using compare::Row;
using Standing = Row::Standing;

constexpr double ppm_of_percent = 10'000;

std::string value_text(Metric metric, std::int64_t value) {
  if (metric == Metric::goodput) return base::grouped(value);
  if (metric == Metric::errors)
    return fmt::format("{:.2f} %", static_cast<double>(value) / ppm_of_percent);
  const auto ns = static_cast<double>(value);
  if (value >= 1'000'000'000) return fmt::format("{:.3f} s", ns / 1e9);
  return value >= 1'000'000 ? fmt::format("{:.2f} ms", ns / 1e6)
                            : fmt::format("{:.1f} us", ns / 1e3);
}

// Of errors in points of a percent, as their values are shares themselves.
std::string change_text(const Row& row) {
  if (row.standing == Standing::only_a || row.standing == Standing::only_b) return "";
  if (row.a == row.b && !row.chance) return "0";
  if (!row.change) return "new";
  if (row.metric == Metric::errors)
    return fmt::format("{:+.2f} points", static_cast<double>(*row.change) / ppm_of_percent);
  return fmt::format("{:+.1f} %", static_cast<double>(*row.change) / ppm_of_percent);
}

std::string interval_text(const Row& row) {
  if (!row.low || !row.high) return "";
  const int digits = row.metric == Metric::errors ? 2 : 1;
  return fmt::format("{:+.{}f} .. {:+.{}f}", static_cast<double>(*row.low) / ppm_of_percent, digits,
                     static_cast<double>(*row.high) / ppm_of_percent, digits);
}

std::string_view standing_text(Standing standing) {
  switch (standing) {
    case Standing::same:
      return "same";
    case Standing::better:
      return "better";
    case Standing::within:
      return "within";
    case Standing::worse:
      return "WORSE";
    case Standing::undecided:
      return "undecided";
    case Standing::shown:
      return "shown only";
    case Standing::too_few:
      return "too few requests";
    case Standing::only_a:
      return "only in A";
    case Standing::only_b:
      return "only in B";
  }
  return "";
}

std::string tolerated_text(const Row& row) {
  const bool decides_nothing = row.standing == Standing::shown ||
                               row.standing == Standing::only_a || row.standing == Standing::only_b;
  if (decides_nothing || row.metric == Metric::p999) return "";
  return fmt::format("{:g} %", static_cast<double>(row.tolerated.ppm) / ppm_of_percent);
}

}  // namespace

std::string_view verdict_label(Comparison::Verdict verdict) {
  switch (verdict) {
    case Comparison::Verdict::passed:
      return "PASS";
    case Comparison::Verdict::invariant_broken:
      return "FAIL";
    case Comparison::Verdict::regression:
      return "REGRESSION";
    case Comparison::Verdict::inconclusive:
      return "INCONCLUSIVE";
  }
  return "";
}

std::string how_compared(const Comparison& comparison) {
  if (comparison.is_exact) return "virtual time, the same seeds: every difference is real";
  const bool has_pairs =
      std::ranges::any_of(comparison.rows, [](const Row& row) { return row.chance.has_value(); });
  return has_pairs ? "pairs of runs: B's ratio to A, medians of all averages of two pairs"
                   : "medians of each side";
}

std::string runs_text(std::size_t runs) {
  return fmt::format("{} {}", runs, runs == 1 ? "run" : "runs");
}

std::vector<std::string> remarks_of(const Comparison& comparison) {
  std::vector<std::string> remarks;
  const auto add = [&](const char* what, const std::vector<std::string>& names) {
    for (const std::string& name : names) remarks.push_back(fmt::format("{}: {}", what, name));
  };
  add("B breaks what A keeps", comparison.newly_broken);
  add("both break", comparison.both_broken);
  add("B misses what A meets", comparison.newly_missed);
  add("both miss", comparison.both_missed);
  add("B keeps what A does not", comparison.mended);
  add("note", comparison.notes);
  return remarks;
}

std::string_view shown_name(const std::string& request) {
  return request.empty() ? "all requests" : std::string_view(request);
}

std::vector<std::size_t> comparison_columns(const Comparison& comparison) {
  const bool has_chance =
      std::ranges::any_of(comparison.rows, [](const Row& row) { return row.chance.has_value(); });
  return has_chance ? std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7}
                    : std::vector<std::size_t>{0, 1, 2, 3, 6, 7};
}

ComparisonLine comparison_head(const std::string& request) {
  return {request, "A", "B", "change", "95 % interval", "p", "tolerated", ""};
}

ComparisonLine comparison_line(const Row& row) {
  return {std::string(compare::name_of(row.metric)),
          row.standing == Standing::only_b ? "none" : value_text(row.metric, row.a),
          row.standing == Standing::only_a ? "none" : value_text(row.metric, row.b),
          change_text(row),
          interval_text(row),
          row.chance ? fmt::format("{:.4f}", *row.chance) : "",
          tolerated_text(row),
          std::string(standing_text(row.standing))};
}

}  // namespace seawall::reports
