#include "harness/worlds/own_start.hpp"

#include <csignal>
#include <optional>

#include "harness/base/text.hpp"
#include "harness/worlds/builtin.hpp"

namespace seawall::worlds {

namespace {

constexpr base::Duration longest_setup = std::chrono::minutes(2);
constexpr base::Duration one_look = std::chrono::milliseconds(100);

int number_of(model::Stop::Signal signal) {
  switch (signal) {
    case model::Stop::Signal::term:
      return SIGTERM;
    case model::Stop::Signal::interrupt:
      return SIGINT;
    case model::Stop::Signal::quit:
      return SIGQUIT;
    case model::Stop::Signal::hangup:
      return SIGHUP;
    case model::Stop::Signal::kill:
      return SIGKILL;
  }
  return SIGTERM;
}

// Completes the texts of one service, and remembers the first that stands for nothing.
class Completing {
 public:
  explicit Completing(const model::Addresses& addresses) : addresses_(addresses) {}

  std::string text(const model::LateText& late) {
    auto whole = model::complete(late, addresses_);
    if (whole) return std::move(*whole);
    if (problem.empty()) problem = whole.error();
    return {};
  }
  std::vector<std::string> words(const model::Command& command) {
    std::vector<std::string> words;
    for (const model::LateText& word : command) words.push_back(text(word));
    return words;
  }

  std::string problem;

 private:
  const model::Addresses& addresses_;
};

Ready ready_of(const model::Service& service, Completing& complete) {
  Ready ready;
  if (!service.ready) return ready;
  const model::Ready& asked = *service.ready;
  ready.within = asked.within;
  ready.kind = asked.http          ? Ready::Kind::http
               : asked.tcp         ? Ready::Kind::tcp
               : asked.log.empty() ? Ready::Kind::command
                                   : Ready::Kind::log;
  ready.what = asked.http ? complete.text(*asked.http) : asked.log;
  ready.command = complete.words(asked.command);
  return ready;
}

OwnStart command_start(const model::Service& service, const OwnSurroundings& around,
                       Completing& complete) {
  OwnStart start;
  os::Command& command = start.spec.command;
  command.words = complete.words(service.command);
  command.folder = (around.root / complete.text(service.cwd)).lexically_normal().string();
  command.environment = around.environment;
  for (const auto& [name, value] : service.env) command.environment[name] = complete.text(value);
  start.spec.name = service.name;
  start.spec.port = around.port;
  start.spec.ready = ready_of(service, complete);
  start.spec.stop.signal = number_of(service.stop.signal);
  start.spec.stop.grace = service.stop.grace;
  return start;
}

}  // namespace

base::expected<OwnStart, std::string> own_start(const model::Service& service,
                                                const OwnSurroundings& around) {
  Completing complete(around.addresses);
  OwnStart start;
  if (service.builtin) {
    auto known = builtin(service, around.port, around.addresses.dir);
    if (!known) return base::unexpected(known.error());
    start = {std::move(known->spec), std::move(known->setup), std::move(known->after)};
  } else {
    start = command_start(service, around, complete);
  }
  start.spec.needs = service.needs;
  // What the file adds runs as the service itself does.
  for (const model::Command& words : service.setup) {
    os::Command& command = start.setup.emplace_back(start.spec.command);
    command.words = complete.words(words);
  }
  if (!complete.problem.empty()) return base::unexpected(service.name + ": " + complete.problem);
  return start;
}

base::expected<void, std::string> run_setup(const OwnStart& start,
                                            const std::vector<std::string>& shim,
                                            const std::function<bool()>& unwanted) {
  for (const os::Command& command : start.setup) {
    const std::string what =
        start.spec.name + ": its setup `" + base::join(command.words, " ") + "` ";
    const auto child = os::Child::start(shim, command);
    if (!child) return base::unexpected(what + "did not start: " + child.error());
    std::optional<os::End> end;
    for (auto left = longest_setup; !end && left > base::Duration::zero(); left -= one_look) {
      if (unwanted()) return base::unexpected(what + "was interrupted");
      end = (*child)->wait(one_look);
    }
    if (end && end->how == os::End::How::exited && end->number == 0) continue;
    return base::unexpected(
        what + (end ? os::to_text(*end) : "did not end within " + base::to_text(longest_setup)) +
        " (expected: it exits with 0); " + (*child)->output().last_lines());
  }
  return {};
}

}  // namespace seawall::worlds
