#include "faults/toxiproxy/http_fault.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "faults/kinds/kind.hpp"
#include "harness/base/text.hpp"
#include "harness/scenario/fault.hpp"
#include "harness/scenario/json.hpp"

namespace seawall::toxiproxy {
namespace {

// All that is wrong, each with its place: a body is seldom seen by who reads this.
Refusal refusal_of(base::Diagnostics mistakes) {
  std::ranges::sort(mistakes, [](const base::Diagnostic& a, const base::Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  std::vector<std::string> sentences;
  for (const base::Diagnostic& mistake : mistakes) {
    const std::string hint = mistake.hint.empty() ? "" : fmt::format(" ({})", mistake.hint);
    sentences.push_back(fmt::format("line {}, column {}: {}{}", mistake.line, mistake.column,
                                    mistake.message, hint));
  }
  return {400, "bad request body: " + base::join(sentences, "; "), {}};
}

}  // namespace

const std::vector<model::KindWords>& http_fault_kinds() {
  static const std::vector<model::KindWords> words = [] {
    std::vector<model::KindWords> found;
    for (const kinds::Kind& kind : kinds::all())
      if (kind.apply && kind.node == plan::NodeEffect::none && !kind.words.on_groups &&
          kind.over != plan::Over::fresh)
        found.push_back(kind.words);
    return found;
  }();
  return words;
}

Outcome<HttpFault> read_http_fault(const std::string& text) {
  scenario::Sources sources;
  scenario::Problems problems(sources);
  const std::size_t source = sources.add("body", text);
  auto words = scenario::parse_json(source, text, problems);
  auto fault = words ? scenario::read_fault(*words, http_fault_kinds(), problems) : std::nullopt;
  if (!fault) return base::unexpected(refusal_of(problems.take_errors()));
  HttpFault read{*std::move(fault), words->find("name") != nullptr, *std::move(words)};
  read.words.erase("name");
  return read;
}

}  // namespace seawall::toxiproxy
