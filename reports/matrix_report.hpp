// What a matrix has shown, as a table: for each point of its axes the full policy and what becomes
// of it when a pattern is taken away. Numbers are medians over the seeds; verdicts are counted.
//
//   payment-drop-reply     available      p99   recovers  attempts/call   acted  verdict
//     full                   99.98 %   112 ms        0 s           1.10       -  pass 5 of 5
//     without idempotency    99.97 %   113 ms        0 s           1.10     402  FAIL 5 of 5: ...
//
// `acted`: how often what was taken away had acted in the full policy; where it never did, this
// point says nothing of it (NOT EXERCISED).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace seawall::reports {

struct MatrixCell {
  std::string ablation;  // "full", the pattern that was taken away, or "all"
  std::string point;     // values of the axes but the seed
  std::uint64_t seed = 0;
  std::string mode;
  int exit = 0;
  int counted = 0;  // the same as --fail-on has it: what is not shown, but ends the matrix
  std::vector<std::string> broken;            // invariants
  std::vector<std::string> missed;            // service levels
  std::vector<std::string> inconclusive;      // what could not be judged
  std::string error;                          // it could not be run
  std::string file;                           // its scenario, beside the page; empty: none
  std::optional<double> availability;         // a share
  std::optional<double> p99;                  // seconds
  std::optional<double> recovery;             // seconds; infinite: never
  std::optional<double> amplification;        // attempts for each call of the link
  std::map<std::string, std::int64_t> acted;  // by pattern, on the link
};

struct MatrixExpectation {
  std::string ablation;
  std::string check;
  std::int64_t broken_in = 0;  // of its cells, so many
  std::int64_t cells = 0;
  bool judged = true;  // false: it was broken off before all of them had run
};

struct MatrixReport {
  std::string scenario;
  std::string on;  // the link; empty: nothing is taken away
  std::vector<std::string> points;
  std::vector<std::string> ablations;
  std::vector<MatrixCell> cells;    // those that ran, in their order
  std::vector<MatrixCell> confirm;  // over sockets
  std::vector<MatrixExpectation> expectations;
  std::int64_t planned = 0;  // fewer ran where the user broke it off
  int exit = 0;
};

std::string matrix_text(const MatrixReport& report);
std::string matrix_markdown(const MatrixReport& report);
std::string matrix_html(const MatrixReport& report);  // a page of its own
std::string matrix_json(const MatrixReport& report);

}  // namespace seawall::reports
