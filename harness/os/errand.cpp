#include "harness/os/errand.hpp"

#include <algorithm>
#include <chrono>

#include "harness/base/text.hpp"

namespace seawall::os {
namespace {

constexpr base::Duration between_looks = std::chrono::milliseconds(20);  // at `stop`

std::optional<End> await(Child& child, base::Duration limit, const std::stop_token& stop) {
  std::optional<End> end;
  for (base::Duration left = limit; !end && left > base::Duration{} && !stop.stop_requested();
       left -= between_looks)
    end = child.wait(std::min(left, between_looks));
  return end;
}

}  // namespace

base::expected<void, std::string> run_errand(const std::vector<std::string>& shim,
                                             const Command& command, base::Duration limit,
                                             const std::stop_token& stop) {
  const auto child = Child::start(shim, command);
  if (!child) return base::unexpected("was not run: " + child.error());
  const auto end = await(**child, limit, stop);
  if (end && end->how == End::How::exited && end->number == 0) return {};
  const std::string how = end ? to_text(*end) + "; expected status 0"
                          : stop.stop_requested()
                              ? std::string("was killed before its end")
                              : "took longer than " + base::to_text(limit) + " and was killed";
  return base::unexpected(how + "; " + (*child)->output().last_lines());
}

std::string to_text(const std::vector<std::string>& words) {
  return "`" + base::join(words, " ") + "`";
}

}  // namespace seawall::os
