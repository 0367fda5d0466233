#include "harness/probe/look.hpp"

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/probe/excerpt.hpp"

namespace seawall::probe {
namespace {

using namespace std::chrono_literals;
using model::Probe;

constexpr base::Duration pause = 100ms;

constexpr std::string_view sqlite_scheme = "sqlite:";

// One probe with its texts completed, secrets and all.
class Look {
 public:
  Look(const Probe& probe, const Surroundings& surroundings)
      : probe_(probe), surroundings_(surroundings) {
    const auto collect = [&](const model::LateText& text) {
      model::collect_secrets(text, secrets_);
    };
    if (probe.http) collect(probe.http->url);
    if (probe.prometheus) collect(*probe.prometheus);
    collect(probe.dsn);
    for (const model::LateText& word : probe.command) collect(word);
    collect_password(completed(probe.dsn));
  }

  Answer once(const std::stop_token& stop) {
    const Limit limit{surroundings_.clock() + probe_.timeout, surroundings_.clock, stop};
    Answer answer = ask(limit);
    if (answer) return answer;
    return base::unexpected(model::without_secrets(
        fmt::format("probe {}: {}: {}", probe_.name, asked(), answer.error()), secrets_));
  }

 private:
  Answer ask(const Limit& limit) {
    const std::string url = completed(probe_.http         ? probe_.http->url
                                      : probe_.prometheus ? *probe_.prometheus
                                                          : probe_.dsn);
    os::Command command;
    for (const model::LateText& word : probe_.command) command.words.push_back(completed(word));
    command.folder = surroundings_.root;
    if (!missing_.empty()) return base::unexpected(missing_);
    if (probe_.http) return ask_http(probe_.http->method, url, *probe_.json, limit);
    if (probe_.prometheus) return ask_prometheus(url, probe_.query, limit);
    if (!probe_.sql) return ask_command(surroundings_.shim, command, *probe_.json, limit);
    if (!url.starts_with(sqlite_scheme)) return ask_postgres(url, *probe_.sql, limit);
    const std::filesystem::path file = url.substr(sqlite_scheme.size());
    return ask_sqlite((surroundings_.root / file).string(), *probe_.sql, limit);
  }

  // Remembers what nothing is known of; asking is pointless then.
  std::string completed(const model::LateText& text) {
    auto whole = model::complete(text, surroundings_.addresses);
    if (whole) return std::move(*whole);
    missing_ = whole.error();
    return {};
  }

  void collect_password(const std::string& dsn) {
    const std::size_t scheme = dsn.find("://");
    const std::size_t host = dsn.find('@');
    if (scheme == std::string::npos || host == std::string::npos) return;
    const std::size_t colon = dsn.find(':', scheme + 3);
    if (colon < host) secrets_.push_back(dsn.substr(colon + 1, host - colon - 1));
  }

  // What was asked of whom, with the addresses that late texts stand for.
  std::string asked() {
    if (probe_.http)
      return fmt::format("{} {}", model::name_of(probe_.http->method),
                         excerpt(place(probe_.http->url)));
    if (probe_.prometheus) return excerpt(probe_.query + " of " + place(*probe_.prometheus));
    if (probe_.sql) return excerpt(*probe_.sql + " on " + place(probe_.dsn));
    std::string words;
    for (const model::LateText& word : probe_.command) words += place(word) + ' ';
    return "`" + excerpt(words) + "`";
  }
  std::string place(const model::LateText& text) const {
    return model::complete(text, surroundings_.addresses).value_or(model::shown(text));
  }

  const Probe& probe_;
  const Surroundings& surroundings_;
  std::vector<std::string> secrets_;
  std::string missing_;
};

// False where `stop` came first.
bool wait_for(base::Duration time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

int Limit::milliseconds() const {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left()).count());
}

Answer look(const Probe& probe, const Surroundings& surroundings, std::stop_token stop) {
  Look one(probe, surroundings);
  Answer answer = one.once(stop);
  for (std::int64_t tries = 1; !answer && tries <= probe.retries; ++tries) {
    if (!wait_for(pause, stop)) return answer;
    answer = one.once(stop);
    if (!answer) answer.error() += fmt::format(" ({} tries)", tries + 1);
  }
  return answer;
}

}  // namespace seawall::probe
