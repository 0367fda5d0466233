// The medians of a run as tables, and what the project promises of ours as ratios between them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/bench/proxy/measures.hpp"

namespace seawall::bench {

class Report {
 public:
  void add(const std::string& measure, const std::string& contestant, const Figures& figures);
  void print_table(const std::string& measure, const std::vector<Contestant>& all) const;
  // Ours against the others, with what is promised.
  void print_promises() const;

 private:
  // NaN where it was not measured.
  double median(const std::string& measure, const std::string& contestant,
                const std::string& figure) const;
  // (most - least) / median of the rounds.
  double spread(const std::string& measure, const std::string& contestant,
                const std::string& figure) const;
  std::vector<double> sorted(const std::string& measure, const std::string& contestant,
                             const std::string& figure) const;

  std::map<std::string, std::map<std::string, std::map<std::string, std::vector<double>>>> rounds_;
};

void print_machine(const Cores& cores);
void print(const std::string& contestant, const LatencyErrors& errors);
void print_floor(const LatencyErrors& errors);
void print(const std::string& contestant, const BandwidthError& error);
void print(const std::string& contestant, const ChangeFigures& figures);

}  // namespace seawall::bench
