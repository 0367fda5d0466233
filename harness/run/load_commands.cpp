#include "harness/run/load_commands.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>

#include <fmt/format.h>

#include "harness/os/errand.hpp"

namespace seawall::run {

struct LoadCommands::Tool {
  const model::Load* load = nullptr;
  std::string command;  // as people may see it
  std::vector<std::string> secrets;
  base::TimePoint started{};
  std::atomic<base::TimePoint> ended{base::TimePoint{}};  // set on a thread of the child's
  bool was_asked = false;
  bool was_killed = false;
  std::unique_ptr<os::Child> child;  // last: it tells of its end until it is gone

  bool runs() const { return child && !child->ended(); }
};

LoadCommands::LoadCommands(const std::vector<model::Load>& loads, const Workplace* workplace)
    : workplace_(workplace) {
  for (const model::Load& load : loads) {
    if (load.command.empty()) continue;
    auto tool = std::make_unique<Tool>();
    tool->load = &load;
    std::vector<std::string> words;
    for (const model::LateText& text : load.command) {
      words.push_back(model::shown(text));
      model::collect_secrets(text, tool->secrets);
    }
    tool->command = os::to_text(words);
    tools_.push_back(std::move(tool));
  }
}

LoadCommands::~LoadCommands() = default;

base::expected<void, std::string> LoadCommands::start(const model::Addresses& known) {
  for (const auto& tool : tools_)
    if (auto started = start(*tool, known); !started)
      return base::unexpected(model::without_secrets(
          fmt::format("the load {} cannot be made: {}", tool->command, started.error()),
          tool->secrets));
  return {};
}

base::expected<void, std::string> LoadCommands::start(Tool& tool, const model::Addresses& known) {
  os::Command command;
  for (const model::LateText& text : tool.load->command) {
    auto word = model::complete(text, known);
    if (!word) return base::unexpected(word.error());
    command.words.push_back(std::move(*word));
  }
  command.folder = workplace_->root;
  const auto link = known.links.find({std::string(model::client_name), tool.load->to});
  if (link != known.links.end()) command.environment[url_variable] = "http://" + link->second;
  tool.started = workplace_->clock();
  auto child = os::Child::start(workplace_->shim, command, [this, &tool](const os::End&) {
    tool.ended = workplace_->clock();
  });
  if (!child) return base::unexpected(child.error());
  tool.child = std::move(*child);
  return {};
}

void LoadCommands::ask_to_end() {
  for (const auto& tool : tools_) {
    if (!tool->runs() || tool->was_asked) continue;
    tool->was_asked = tool->child->signal(SIGINT);
  }
}

void LoadCommands::await_end() {
  const base::TimePoint limit = tools_.empty() ? base::TimePoint{} : workplace_->clock() + grace;
  for (const auto& tool : tools_) {
    if (!tool->child) continue;
    const base::Duration left = std::max(base::Duration{}, limit - workplace_->clock());
    if (tool->child->wait(left)) continue;
    tool->was_killed = true;
    tool->child->kill();
    tool->child->wait(std::chrono::hours(1));
  }
}

std::vector<record::ToolUse> LoadCommands::uses() const {
  std::vector<record::ToolUse> uses;
  for (const auto& tool : tools_) {
    const auto end = tool->child ? tool->child->ended() : std::nullopt;
    if (!end) continue;
    record::ToolUse& use = uses.emplace_back();
    use.name = tool->load->name;
    use.command = tool->command;
    // Who waits for it may be told a moment before its end has been written down.
    const base::TimePoint ended = tool->ended.load();
    use.lasted = (ended == base::TimePoint{} ? workplace_->clock() : ended) - tool->started;
    use.was_asked = tool->was_asked;
    use.was_killed = tool->was_killed;
    use.by_signal = end->how != os::End::How::exited;
    use.status = end->number;
    use.end = os::to_text(*end);
    use.last_lines = model::without_secrets(tool->child->output().last_lines(), tool->secrets);
  }
  return uses;
}

}  // namespace seawall::run
