#include "harness/worlds/supervisor.hpp"

#include <algorithm>

namespace seawall::worlds {

namespace {

// Depth first: a service comes after all that it needs.
class Ordering {
 public:
  explicit Ordering(const std::vector<ServiceSpec>& services)
      : services_(services), marks_(services.size(), Mark::none) {}

  base::expected<std::vector<std::size_t>, std::string> order() {
    for (std::size_t i = 0; i < services_.size(); ++i)
      if (auto visited = visit(i); !visited) return base::unexpected(visited.error());
    return std::move(order_);
  }

 private:
  enum class Mark : std::uint8_t { none, open, done };

  base::expected<void, std::string> visit(std::size_t at) {
    const ServiceSpec& service = services_[at];
    if (marks_[at] == Mark::done) return {};
    if (marks_[at] == Mark::open)
      return base::unexpected(service.name +
                              " needs itself, by way of what it needs; expected "
                              "services that can start one after the other");
    marks_[at] = Mark::open;
    for (const std::string& need : service.needs) {
      const auto found = std::find_if(services_.begin(), services_.end(),
                                      [&](const auto& other) { return other.name == need; });
      if (found == services_.end())
        return base::unexpected(service.name + " needs '" + need +
                                "', which is none of the services");
      const auto position = static_cast<std::size_t>(found - services_.begin());
      if (auto visited = visit(position); !visited) return visited;
    }
    marks_[at] = Mark::done;
    order_.push_back(at);
    return {};
  }

  const std::vector<ServiceSpec>& services_;
  std::vector<Mark> marks_;
  std::vector<std::size_t> order_;
};

}  // namespace

base::expected<std::vector<std::size_t>, std::string> start_order(
    const std::vector<ServiceSpec>& services) {
  return Ordering(services).order();
}

void Supervisor::add(ServiceSpec spec) { specs_.push_back(std::move(spec)); }

base::expected<void, std::string> Supervisor::start(const Step& launch, const Step& on_ready,
                                                    const std::function<bool()>& unwanted) {
  const auto order = start_order(specs_);
  if (!order) return base::unexpected(order.error());
  for (const std::size_t position : *order)
    services_.push_back(std::make_unique<Supervised>(std::move(specs_[position]), shim_));
  for (const auto& service : services_) {
    if (auto launched = launch ? launch(*service) : service->launch(); !launched) return launched;
    if (auto ready = service->wait_until_ready(unwanted); !ready) return ready;
    if (!on_ready) continue;
    if (auto done = on_ready(*service); !done) return done;
  }
  return {};
}

std::vector<std::string> Supervisor::stop() {
  std::vector<std::string> complaints;
  for (auto service = services_.rbegin(); service != services_.rend(); ++service)
    if (auto complaint = (*service)->stop()) complaints.push_back(std::move(*complaint));
  return complaints;
}

Supervised* Supervisor::find(std::string_view name) {
  const auto found = std::find_if(services_.begin(), services_.end(),
                                  [&](const auto& one) { return one->spec().name == name; });
  return found == services_.end() ? nullptr : found->get();
}

}  // namespace seawall::worlds
