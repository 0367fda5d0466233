// What compare, gate and baseline share: the words of tolerances, the exit status, and where the
// result goes.
#pragma once
#include <string>
#include <vector>

#include "harness/cli/compare_options.hpp"
#include "harness/cli/interrupt.hpp"
#include "harness/compare/comparison.hpp"
#include "reports/run_folder.hpp"

namespace seawall::cli {

int compare_command(const CompareOptions& options);
int gate_command(const GateOptions& options, Interrupt& interrupt);
int baseline_save(const BaselineOptions& options);
int baseline_list(const BaselineOptions& options);
int baseline_check(const BaselineOptions& options);

// What ComparingOptions say, once read; a mistake in them is a sentence.
struct Comparing {
  compare::Rules rules;
  std::vector<std::string> fail_on;
};
base::expected<Comparing, std::string> read_comparing(const ComparingOptions& options);

// 0, 1, 4 or 5, by the verdict and the classes that count.
int exit_of(compare::Comparison::Verdict verdict, const std::vector<std::string>& fail_on);

// Compares two sides, prints the result and writes its files where a folder for them was named; or
// prints why they cannot be compared: 2. The exit status.
int compare_and_deliver(const compare::Side& a, const compare::Side& b, const Comparing& comparing,
                        const ComparingOptions& options);

// On stdout, and in GitHub's summary.
void tell_comparison(const compare::Comparison& comparison, int exit,
                     const ComparingOptions& options);
// NAME.json, NAME.md and NAME.html.
std::vector<reports::File> comparison_files(const std::string& name,
                                            const compare::Comparison& comparison,
                                            const compare::Side& a, const compare::Side& b,
                                            int exit);

// 5, or 0 where that is allowed; says which baseline is missing.
int missing_baseline(const std::string& name, bool is_allowed);

int usage_mistake(const std::string& sentence);

}  // namespace seawall::cli
