#include "harness/worlds/supervised.hpp"

#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"

namespace seawall::worlds {

namespace {
constexpr base::Duration between_waits = std::chrono::milliseconds(10);
constexpr base::Duration forever = std::chrono::hours(1);
}  // namespace

Supervised::Supervised(ServiceSpec spec, std::vector<std::string> shim)
    : spec_(std::move(spec)), shim_(std::move(shim)) {}

base::expected<void, std::string> Supervised::hold_port() {
  if (spec_.port == 0 || held_) return {};
  auto port = net::ReservedPort::reserve(spec_.port);
  if (!port)
    return base::unexpected(spec_.name + ": " + port.error() +
                            "; expected it free for this service: stop what listens there, or give "
                            "the service another port");
  held_ = std::move(*port);
  return {};
}

base::expected<void, std::string> Supervised::launch(os::Child::OnEnd on_end, int channel) {
  if (auto held = hold_port(); !held) return held;
  os::Command command = spec_.command;
  command.channel = channel;
  if (spec_.ready.kind == Ready::Kind::log) command.awaited = spec_.ready.what;
  // Not every program binds beside a socket that is there already.
  held_.reset();
  auto child = os::Child::start(shim_, command, std::move(on_end));
  if (!child) return base::unexpected(spec_.name + ": " + child.error());
  std::shared_ptr<os::Child> started = std::move(*child);
  const std::lock_guard lock(mutex_);
  child_.swap(started);
  return {};
}

base::expected<void, std::string> Supervised::wait_until_ready(
    const std::function<bool()>& unwanted) {
  const base::TimePoint limit = live::steady_now() + spec_.ready.within;
  const std::string expected = "expected: " + to_text(spec_.ready, spec_.port) + ", within " +
                               base::to_text(spec_.ready.within);
  while (true) {
    const auto seen = look(unwanted);
    if (child_->ended())
      return base::unexpected(spec_.name + " " + os::to_text(*child_->ended()) +
                              " before it was ready (" + expected + "); " +
                              child_->output().last_lines());
    if (seen) return {};
    if (unwanted && unwanted())
      return base::unexpected("the start was interrupted; " + spec_.name + " was not ready yet (" +
                              expected + "; found: " + seen.error() + ")");
    if (live::steady_now() >= limit)
      return base::unexpected(spec_.name + " was not ready in time (" + expected +
                              "; found: " + seen.error() + "); " + child_->output().last_lines());
    child_->wait(between_waits);
  }
}

base::expected<void, std::string> Supervised::look(const Unwanted& unwanted) {
  switch (spec_.ready.kind) {
    case Ready::Kind::started:
      return {};
    case Ready::Kind::http:
      return look_http(spec_.ready.what, spec_.port);
    case Ready::Kind::tcp:
      return look_tcp(spec_.port);
    case Ready::Kind::log:
      if (child_->output().has_said()) return {};
      return base::unexpected(std::string("it has not said so"));
    case Ready::Kind::command:
      break;
  }
  return look_by_command(unwanted);
}

// For as long as its answer is of use to anybody.
base::expected<void, std::string> Supervised::look_by_command(const Unwanted& unwanted) {
  os::Command command = spec_.command;
  command.words = spec_.ready.command;
  const auto asked = os::Child::start(shim_, command);
  if (!asked) return base::unexpected(asked.error());
  const base::TimePoint limit = live::steady_now() + spec_.ready.within;
  std::optional<os::End> end;
  while (!end && !child_->ended() && !(unwanted && unwanted()) && live::steady_now() < limit)
    end = (*asked)->wait(between_waits);
  if (!end) return base::unexpected(std::string("the command did not end"));
  if (end->how == os::End::How::exited && end->number == 0) return {};
  return base::unexpected("the command " + os::to_text(*end) + "; " +
                          (*asked)->output().last_lines(3));
}

bool Supervised::signal(int number) {
  const std::lock_guard lock(mutex_);
  return child_ && child_->signal(number);
}

void Supervised::kill() {
  const std::lock_guard lock(mutex_);
  if (child_) child_->kill();
}

std::optional<std::string> Supervised::stop() {
  if (!child_ || child_->ended()) return std::nullopt;
  child_->signal(SIGCONT);  // one that stands still hears nothing
  child_->signal(spec_.stop.signal);
  std::optional<std::string> complaint;
  if (!child_->wait(spec_.stop.grace))
    complaint = spec_.name + " did not end within " + base::to_text(spec_.stop.grace) + " of " +
                os::name_of_signal(spec_.stop.signal) + " and was killed; " +
                child_->output().last_lines();
  child_->kill();
  child_->wait(forever);
  // Only a courtesy: the next launch() tells where it was not to be had.
  static_cast<void>(hold_port());
  return complaint;
}

bool Supervised::wait(base::Duration limit) { return !child_ || child_->wait(limit).has_value(); }

std::optional<os::End> Supervised::ended() const {
  const std::lock_guard lock(mutex_);
  return child_ ? child_->ended() : std::nullopt;
}

std::string Supervised::story() const {
  const std::lock_guard lock(mutex_);
  if (!child_) return spec_.name + " was never started";
  const auto end = child_->ended();
  return spec_.name + " " + (end ? os::to_text(*end) : "runs") + "; " +
         child_->output().last_lines();
}

}  // namespace seawall::worlds
