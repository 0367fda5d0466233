#include "harness/cli/gate_state.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "harness/model/json_codec.hpp"

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "gate-state.json";

base::Diagnostic mistake(const fs::path& place, std::string message, std::string hint) {
  base::Diagnostic problem;
  problem.file = place.string();
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

const char* const another_folder = "name another folder with --out, or none for a new one";

// It names folders below runs/, and must not lead anywhere else.
bool is_run_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == name.npos;
}

// A run that is there twice would count twice.
std::string why_twice(const std::vector<GateRun>& runs) {
  std::set<std::string> folders;
  std::set<std::pair<std::int64_t, std::string>> counted;
  for (const GateRun& run : runs) {
    if (!folders.insert(run.folder).second)
      return fmt::format("two runs in the folder {}; expected one for each run", run.folder);
    if (run.invalid.empty() && !counted.emplace(run.pair, run.side).second)
      return fmt::format("two runs of {} in pair {} that count; expected one", run.side, run.pair);
  }
  return "";
}

// That alone is read first: members come and go with the versions.
struct StateHead {
  std::int64_t schema = 0;
};
template <class Visitor>
void describe(Visitor& visit, StateHead& head) {
  visit.field("schema", head.schema, {.doc = "", .required = true});
}

}  // namespace

base::expected<GateState, std::string> parse_state(std::string_view text) {
  const auto head = model::decode_json<StateHead>(text);
  if (!head) return base::unexpected(head.error());
  if (const std::int64_t expected = GateState().schema; head->schema != expected)
    return base::unexpected(fmt::format(
        "schema {}; expected {}: another version of seawall wrote it", head->schema, expected));
  auto state = model::decode_json<GateState>(text);
  if (!state) return base::unexpected(state.error());
  for (const GateRun& run : state->runs)
    if (run.pair < 1 || (run.side != "A" && run.side != "B") || !is_run_name(run.folder))
      return base::unexpected<std::string>("a run without a pair, a side or a folder");
  if (const std::string twice = why_twice(state->runs); !twice.empty())
    return base::unexpected(twice);
  return std::move(*state);
}

base::expected<GateState, base::Diagnostic> open_gate(const std::string& folder,
                                                      const std::string& question) {
  GateState fresh;
  fresh.question = question;
  std::error_code error;
  if (!fs::exists(folder, error)) return fresh;
  const fs::path file = fs::path(folder) / file_name;
  if (!fs::is_directory(folder, error))
    return base::unexpected(
        mistake(folder, "expected a folder for the gate, found something else", another_folder));
  if (!fs::exists(file, error)) {
    if (fs::is_empty(folder, error)) return fresh;
    return base::unexpected(
        mistake(folder, fmt::format("the folder exists and is no gate: it has no {}", file_name),
                another_folder));
  }
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  auto state = parse_state(text.str());
  if (!state) return base::unexpected(mistake(file, state.error(), another_folder));
  if (state->question != question)
    return base::unexpected(
        mistake(file,
                "the gate in this folder asks another question: its scenario, its settings or its "
                "programs are not those of now",
                another_folder));
  return std::move(*state);
}

base::expected<void, base::Diagnostic> write_beside(const std::string& folder,
                                                    const std::string& name,
                                                    const std::string& text) {
  const fs::path place = fs::path(folder) / name;
  const fs::path draft = fs::path(folder) / ("." + name + ".partial");
  std::error_code error;
  fs::create_directories(folder, error);
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!error && !out) error = std::make_error_code(std::errc::io_error);
  if (!error) fs::rename(draft, place, error);
  if (!error) return {};
  return base::unexpected(mistake(place, "cannot write: " + error.message(),
                                  "make room, or choose another place with --out"));
}

base::expected<void, base::Diagnostic> write_state(const std::string& folder,
                                                   const GateState& state) {
  return write_beside(folder, file_name, model::encode_json(state) + "\n");
}

}  // namespace seawall::cli
