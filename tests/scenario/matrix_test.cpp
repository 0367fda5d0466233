// [matrix] and [ablation]: which cells they stand for, and what is wrong with them.
#include "scenario/words.hpp"
#include "support/catch.hpp"

using namespace seawall;
using namespace seawall::scenario::tests;
using scenario::ReadOptions;

namespace {

const std::string two_faults = R"(
[[fault]]
name = "lost"
on = "order -> payment"
type = "drop_reply"
[[fault]]
name = "slow"
on = "order -> payment"
type = "latency"
latency = "100ms"
)";

model::Matrix matrix_of(const std::string& more, const ReadOptions& options = quiet_options()) {
  auto reading = read_text(valid_with(more), options);
  std::string errors;
  if (!reading)
    for (const base::Diagnostic& error : reading.error()) errors += to_text(error);
  INFO(errors);
  REQUIRE(reading.has_value());
  REQUIRE(reading->matrix.has_value());
  return std::move(*reading->matrix);
}

std::vector<std::string> names_of(const std::vector<model::Cell>& cells) {
  std::vector<std::string> names;
  for (const model::Cell& cell : cells)
    names.push_back(cell.name() + " " + std::to_string(cell.scenario.run.seed));
  return names;
}

std::vector<std::string> faults_of(const model::Scenario& scenario) {
  std::vector<std::string> names;
  for (const model::Fault& fault : scenario.faults) names.push_back(fault.name);
  return names;
}

const base::Link pay{"order", "payment"};

}  // namespace

TEST_CASE("a file without a matrix has no cells") {
  CHECK_FALSE(read_text(valid_with())->matrix.has_value());
}

TEST_CASE("the cells of a matrix are the product of its axes, the last one fastest") {
  const model::Matrix matrix = matrix_of(two_faults + R"([matrix.axes]
"run.seed" = [3, 4]
faults = ["none", "lost"]
)");
  CHECK(names_of(matrix.cells) ==
        std::vector<std::string>{"full/none 3", "full/lost 3", "full/none 4", "full/lost 4"});
  CHECK(matrix.points == std::vector<std::string>{"none", "lost"});
  CHECK(matrix.ablations == std::vector<std::string>{"full"});
}

TEST_CASE("a cell keeps the fault that it names and no other") {
  const model::Matrix matrix =
      matrix_of(two_faults + "[matrix.axes]\nfaults = [\"none\", \"lost\", \"slow\"]\n");
  REQUIRE(matrix.cells.size() == 3);
  CHECK(faults_of(matrix.cells[0].scenario).empty());
  CHECK(faults_of(matrix.cells[1].scenario) == std::vector<std::string>{"lost"});
  CHECK(faults_of(matrix.cells[2].scenario) == std::vector<std::string>{"slow"});
}

TEST_CASE("any value of the file can be an axis, and is called by its last key") {
  const model::Matrix matrix = matrix_of(two_faults + R"([matrix.axes]
"fault.slow.latency" = ["100ms", "400ms"]
)");
  REQUIRE(matrix.cells.size() == 2);
  CHECK(matrix.points == std::vector<std::string>{"latency=100ms", "latency=400ms"});
  CHECK(matrix.cells[1].scenario.faults[1].latency == std::chrono::milliseconds(400));
}

TEST_CASE("an ablation takes one pattern away at a time, and a retry takes its budget along") {
  const model::Matrix matrix = matrix_of(R"([ablation]
on = "order -> payment"
remove = ["retry", "idempotency"]
also = ["all"]
)");
  CHECK(matrix.ablations == std::vector<std::string>{"full", "retry", "idempotency", "all"});
  REQUIRE(matrix.cells.size() == 4);
  const auto policy = [&](std::size_t cell) { return matrix.cells[cell].scenario.policy.of(pay); };
  CHECK(policy(0).retry);
  CHECK(policy(0).retry_budget);
  CHECK_FALSE(policy(1).retry);
  CHECK_FALSE(policy(1).retry_budget);
  CHECK(policy(1).idempotency);
  CHECK(policy(2).retry);
  CHECK_FALSE(policy(2).idempotency);
  CHECK_FALSE(policy(3).retry);
  CHECK_FALSE(policy(3).timeout);
}

TEST_CASE("cells run in virtual time unless the file or the command line says otherwise") {
  const std::string axes = "[matrix.axes]\n\"run.seed\" = [1]\n";
  CHECK(matrix_of(axes).cells[0].scenario.target.mode == model::Mode::sim);
  ReadOptions options = quiet_options();
  options.mode = model::Mode::inprocess;
  CHECK(matrix_of(axes, options).cells[0].scenario.target.mode == model::Mode::inprocess);
}

TEST_CASE("what is to be confirmed is read once more for sockets, with its first seed") {
  const model::Matrix matrix = matrix_of(two_faults + R"([matrix]
confirm = ["full/lost"]
[matrix.axes]
"run.seed" = [5, 6]
faults = ["none", "lost"]
)");
  CHECK(names_of(matrix.confirm) == std::vector<std::string>{"full/lost 5"});
  CHECK(matrix.confirm[0].scenario.target.mode == model::Mode::inprocess);
}

TEST_CASE("a cell is a scenario by itself, which can be read again") {
  const model::Matrix matrix = matrix_of(two_faults + R"([matrix.axes]
faults = ["lost"]
[ablation]
on = "order -> payment"
remove = ["retry"]
)");
  const auto again = read_text(matrix.cells[1].scenario.resolved);
  REQUIRE(again.has_value());
  CHECK_FALSE(again->matrix.has_value());
  CHECK(again->scenario.comparison_hash == matrix.cells[1].scenario.comparison_hash);
  CHECK_FALSE(again->scenario.policy.of(pay).retry);
}

TEST_CASE("mistakes of a matrix say where they are and what was expected") {
  const auto check = [](const std::string& more, const std::string& words) {
    const std::string errors = errors_of(valid_with(more));
    INFO(errors);
    CHECK(errors.find(words) != std::string::npos);
  };
  check("[matrix]\naxis = 1\n", "14:1 unknown key \"axis\"");
  check("[matrix.axes]\nfaults = [\"lots\"]\n", "unknown fault \"lots\"");
  check("[matrix.axes]\n\"run.seed\" = 3\n", "expected an array of values");
  check("[matrix.axes]\n\"run.seed\" = []\n", "expected an array of values");
  check("[matrix.axes]\n\"run.seed\" = [1, 1]\n", "is given twice");
  check("[matrix.axes]\n\"run.sed\" = [1]\n", "in cell \"full/sed=1\": unknown key \"sed\"");
  check("[matrix.axes]\n\"run.duration\" = [\"5\"]\n", "with its unit");
  check("[matrix]\nconfirm = [\"full/no\"]\n[matrix.axes]\n\"run.seed\" = [1]\n",
        "unknown cell \"full/no\"");
  check("[ablation]\nremove = [\"retry\"]\n", "\"on\" is missing");
  check("[ablation]\non = \"order -> payment\"\nremove = [\"retyr\"]\n", "did you mean \"retry\"?");
  check("[ablation]\non = \"order -> paymant\"\nremove = [\"retry\"]\n", "unknown link");
  check(
      "[ablation]\non = \"order -> payment\"\nremove = [\"retry\"]\n"
      "expect_broken = [\"retry\"]\n",
      "expected such as \"idempotency: no-double-charge\"");
}

TEST_CASE("what would say two things of one value is a mistake of the matrix") {
  const auto check = [](const std::string& more, const std::string& words) {
    const std::string errors = errors_of(valid_with(more));
    INFO(errors);
    CHECK(errors.find(words) != std::string::npos);
  };
  check("[matrix]\njobs = 2\n", "a matrix of one cell");
  check("[matrix.axes]\nextends = [\"a.toml\"]\n", "expected a key of the scenario");
  check(
      two_faults + "[matrix.axes]\nfaults = [\"lost\"]\n\"fault.slow.disabled\" = [true, false]\n",
      "vary the same");
  check("[matrix.axes]\n\"run.seed\" = [1]\n'run.\"seed\"' = [2]\n", "vary the same");
  check(
      "[[fault]]\nname = \"none\"\non = \"order -> payment\"\ntype = \"drop_reply\"\n"
      "[matrix.axes]\nfaults = [\"none\"]\n",
      "which stands for no fault");
  check(
      "[ablation]\non = \"order -> payment\"\nremove = [\"retry\"]\n"
      "expect_broken = [\"full: no-double-charge\"]\n",
      "unknown ablation \"full\"");
  check("[tune]\nminimise = [\"latency_all.p99\"]\nvary = { \"run.seed\" = [1, 2] }\n",
        "cannot be tuned");
  check(
      "[tune]\nminimise = [\"ok_rate\"]\n[tune.vary]\n"
      "'policy.\"order -> payment\".retry.max_attempts' = [1, 2]\n",
      "the more of ok_rate the better");
  check(
      "[tune]\nminimise = [\"latency_all.p99\"]\n[tune.vary]\n"
      "'policy.\"order -> payment\".retry' = [false, true]\n"
      "'policy.\"order -> payment\".retry.max_attempts' = [1, 2]\n",
      "varies what another setting does");
}

TEST_CASE("the number of cells does not wrap around") {
  std::string axes = "[matrix.axes]\n";
  for (int axis = 0; axis < 16; ++axis) {
    axes += "\"target.stock.s" + std::to_string(axis) + "\" = [0";
    for (int value = 1; value < 16; ++value) axes += ", " + std::to_string(value);
    axes += "]\n";
  }
  CHECK(errors_of(valid_with(axes)).find("more than 2000 cells") != std::string::npos);
}

TEST_CASE("too many cells are refused") {
  std::string seeds = "1";
  for (int i = 2; i <= 50; ++i) seeds += ", " + std::to_string(i);
  CHECK(errors_of(valid_with("[matrix.axes]\n\"run.seed\" = [" + seeds + "]\n\"run.settle\" = [" +
                             "\"1s\"]\n\"load.rate\" = [\"10/s\"]\n"))
            .find("cells") == std::string::npos);
  std::string settles = "\"1s\"";
  for (int i = 2; i <= 50; ++i) settles += ", \"" + std::to_string(i) + "s\"";
  CHECK(errors_of(valid_with("[matrix.axes]\n\"run.seed\" = [" + seeds + "]\n\"run.settle\" = [" +
                             settles + "]\n"))
            .find("more than 2000 cells") != std::string::npos);
}

TEST_CASE("an axis and the command line cannot both give a value") {
  ReadOptions options = quiet_options();
  options.seed = 7;
  const std::string errors =
      errors_of(valid_with("[matrix.axes]\n\"run.seed\" = [1, 2]\n"), options);
  CHECK(errors.find("is an axis, and the command line gives it a value") != std::string::npos);
}

TEST_CASE("a tuning has settings with their values, and a range is walked in steps") {
  const std::string text = valid_with(R"([tune]
minimise = ["latency_all.p99", 'amplification("order -> payment")']
candidates = 50
[tune.vary]
"run.warmup" = { from = "100ms", to = "500ms" }
'policy."order -> payment".retry.max_attempts' = { from = 1, to = 5 }
"load.rate" = ["4/s", "7/s"]
)");
  INFO(errors_of(text));
  const auto reading = read_text(text);
  REQUIRE(reading.has_value());
  REQUIRE(reading->tune.has_value());
  const model::Tune& tune = *reading->tune;
  CHECK(tune.candidates == 50);
  CHECK(tune.minimise.size() == 2);
  REQUIRE(tune.vary.size() == 3);
  CHECK(tune.vary[0].values == std::vector<std::string>{"\"100ms\"", "\"150ms\"", "\"200ms\"",
                                                        "\"300ms\"", "\"400ms\"", "\"500ms\""});
  CHECK(tune.vary[1].values == std::vector<std::string>{"1", "2", "3", "4", "5"});
  CHECK(tune.vary[2].values == std::vector<std::string>{"\"4/s\"", "\"7/s\""});
  CHECK(reading->scenario.resolved.find("tune") == std::string::npos);
}

TEST_CASE("a value that the file may not have is a mistake of the tuning") {
  const std::string errors = errors_of(valid_with(R"([tune]
minimise = ["latency_all.p99"]
vary = { "run.duration" = ["5s", "5"] }
)"));
  CHECK(errors.find("with its unit") != std::string::npos);
}
