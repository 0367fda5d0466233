// Probes by a command of the user, which prints JSON. Whatever it has started is killed when it has
// ended or its time is up, and also when we are (os/shim.hpp).
#include "harness/probe/command.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "harness/probe/excerpt.hpp"

namespace seawall::probe {
namespace {

constexpr base::Duration between_looks = std::chrono::milliseconds(20);  // at its end and at `stop`

struct Output {
  std::string out;
  std::string error;
};

// Takes what there is; at most `most` bytes are kept, and the rest is thrown away.
void drain(os::Descriptor& from, std::string& into, std::size_t most) {
  std::array<char, 16 * 1024> buffer;
  while (from) {
    const ssize_t got = read(from.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) from.reset();  // nobody has the other end: it is asked no more
    if (got <= 0) return;
    into.append(buffer.data(), std::min<std::size_t>(static_cast<std::size_t>(got),
                                                     most + 1 - std::min(most + 1, into.size())));
  }
}

// How it ended; none where its time was up first.
std::optional<os::End> hear_out(os::Child& child, os::Descriptor& out, os::Descriptor& error,
                                const Limit& limit, Output& output) {
  while (true) {
    const std::optional<os::End> end = child.ended();
    drain(out, output.out, longest_output);
    drain(error, output.error, longest_output);
    const base::Duration left = limit.left();
    if (end || left == base::Duration{}) return end;
    std::array<pollfd, 2> waits{{{out.get(), POLLIN, 0}, {error.get(), POLLIN, 0}}};
    if (out || error)
      poll(waits.data(), waits.size(),
           static_cast<int>(between_looks / std::chrono::milliseconds(1)));
    else
      child.wait(std::min(left, between_looks));
  }
}

std::string status_text(const os::End& end) {
  if (end.how == os::End::How::exited) return fmt::format("exit status {}", end.number);
  if (end.how == os::End::How::signalled) return fmt::format("killed by signal {}", end.number);
  return os::to_text(end);
}

os::Pair make_pipe_to_read() {
  os::Pair pipe = os::make_pipe();
  if (pipe) fcntl(pipe.first.get(), F_SETFL, O_NONBLOCK);
  return pipe;
}

}  // namespace

base::expected<std::string, std::string> output_of(const std::vector<std::string>& shim,
                                                   os::Command command, const Limit& limit) {
  os::Pair out = make_pipe_to_read();
  os::Pair error = make_pipe_to_read();
  if (!out || !error) return base::unexpected(std::string("no pipe: ") + std::strerror(errno));
  command.out = out.second.get();
  command.error = error.second.get();
  const auto child = os::Child::start(shim, command);
  if (!child) return base::unexpected("it cannot be started: " + child.error());
  out.second.reset();
  error.second.reset();
  Output output;
  const auto end = hear_out(**child, out.first, error.first, limit, output);
  const std::string said = output.error.empty() ? "" : ": " + excerpt(output.error);
  if (!end) return base::unexpected("not done in time, and killed" + said);
  if (end->how != os::End::How::exited || end->number != 0)
    return base::unexpected(status_text(*end) + "; expected 0" + said);
  if (output.out.size() > longest_output)
    return base::unexpected(fmt::format("more than {} bytes of output", longest_output));
  return std::move(output.out);
}

Answer ask_command(const std::vector<std::string>& shim, const os::Command& command,
                   const model::JsonPath& path, const Limit& limit) {
  const auto output = output_of(shim, command, limit);
  if (!output) return base::unexpected(output.error());
  return value_in(*output, path);
}

}  // namespace seawall::probe
