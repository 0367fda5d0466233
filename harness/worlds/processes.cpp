#include "harness/worlds/processes.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/runtime/fault_books.hpp"

namespace seawall::worlds {

namespace {
constexpr base::Duration longest_end = std::chrono::seconds(10);
constexpr base::Duration longest_obeying = std::chrono::seconds(5);
}  // namespace

struct Processes::Node final : Host {
  Node(Processes& w, const std::string& n, net::ReservedPort p)
      : Host(n), world(w), port(std::move(p)) {}

  base::expected<void, std::string> launch() override;
  bool signal(int number) override { return process->signal(number); }
  void kill() override { process->kill(); }
  std::string story() const override { return process->story(); }
  void drain(base::Duration time) override { process->order({Order::Kind::drain, 0, time}); }
  bool serve_on() override {
    process->order({Order::Kind::serve_on});
    return true;
  }
  void hear_out() override {
    process->hear_out();
    Book::Figures& figures = process->book().figures();
    figures.in_flight = 0;
    figures.unheard = 0;
  }
  bool idle() const override {
    const Book::Figures& figures = process->book().figures();
    return figures.in_flight == 0 && figures.unheard == 0;
  }

  bool holds(std::uint16_t lock) const {
    return std::find(held.begin(), held.end(), lock) != held.end();
  }

  Processes& world;
  const net::ReservedPort port;  // for all of the run: it listens beside it

  // Under the lock of the world.
  base::Duration wall_offset{};
  std::vector<std::uint16_t> locks;   // faults that hold the lock of its store
  std::vector<std::uint16_t> held;    // of them, those that its process knows of
  std::vector<std::uint16_t> waited;  // and those that a write has waited for

  // Of the thread on which its words are heard.
  Writes writes;

  std::unique_ptr<NodeProcess> process;  // last: its words come to all of the above
};

base::expected<void, std::string> Processes::Node::launch() {
  std::vector<Order> before;
  {
    const std::lock_guard lock(world.mutex_);
    for (const std::uint16_t position : locks) before.push_back({Order::Kind::lock, position});
    before.push_back({Order::Kind::begin, incarnations - 1, wall_offset});
    held.clear();
  }
  return process->launch(before);
}

// Links end first, so that nobody asks for the death of a node that is gone.
Processes::~Processes() {
  end_links();
  end_nodes();
}

base::expected<void, std::string> Processes::start() {
  if (auto built = build(); !built) return built;
  for (const auto& host : hosts_) supervisor_.add(node_of(*host).process->spec());
  auto started = supervisor_.start(
      [this](Supervised& service) {
        Node& node = node_named(service.spec().name);
        node.process->use(service);
        return launch(node);
      },
      [this](Supervised& service) { return await_serving(node_named(service.spec().name)); });
  if (!started) return started;
  return start_client();
}

base::expected<void, std::string> Processes::build() {
  auto ports = reserve_nodes();
  if (!ports) return base::unexpected(ports.error());
  for (std::size_t i = 0; i < ports->size(); ++i)
    hosts_.push_back(
        std::make_unique<Node>(*this, setup_.target->nodes[i].name, std::move((*ports)[i])));
  if (auto made = make_links(); !made) return made;
  for (const auto& host : hosts_)
    if (auto made = make_process(node_of(*host)); !made) return made;
  return {};
}

base::expected<void, std::string> Processes::make_process(Node& node) {
  NodeProcess::Setup setup;
  setup.name = node.name;
  setup.command = setup_.programs.serve;
  setup.folder = setup_.dir;
  setup.serve.seed = setup_.seed;
  setup.serve.port = node.port.number();
  setup.serve.driven = true;
  setup.serve.asks =
      std::any_of(setup_.faults.begin(), setup_.faults.end(), [&](const plan::Armed& fault) {
        return runtime::aims_at_writes_of(*fault.fault, node.name);
      });
  for (const base::Link& link : setup_.target->links)
    if (link.from == node.name) setup.serve.callees.emplace(link.to, proxy_->address(link));
  setup.on_word = [this, &node](const Word& word) {
    heard(node, word);
    --node.process->book().figures().unheard;
  };
  setup.on_gone = [this, &node](const os::End&) { loop_.post([this, &node] { gone(node); }); };
  auto process = NodeProcess::make(std::move(setup));
  if (!process) return base::unexpected(process.error());
  node.process = std::move(*process);
  return {};
}

// The next one may call it.
base::expected<void, std::string> Processes::await_serving(const Host& host) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest_start, [&] { return host.serves || !host.alive; });
  }
  proxy_->sync();
  return {};
}

Processes::Node& Processes::node_of(Host& host) { return static_cast<Node&>(host); }

Processes::Node& Processes::node_named(const std::string& name) {
  return node_of(host_named(hosts_, name));
}

std::optional<bool> Processes::strike(const plan::Armed& fault) {
  if (fault.node == plan::NodeEffect::clock_jump)
    return jump(node_named(fault.fault->node), fault.fault->jump.by);
  if (fault.node != plan::NodeEffect::lock) return ProcessWorld::strike(fault);
  lock(node_named(fault.fault->node), fault.position);
  return std::nullopt;
}

void Processes::relieve(const plan::Armed& fault) {
  if (fault.node == plan::NodeEffect::clock_jump)
    jump(node_named(fault.fault->node), -fault.fault->jump.by);
  else if (fault.node == plan::NodeEffect::lock)
    unlock(node_named(fault.fault->node), fault.position);
  else
    ProcessWorld::relieve(fault);
}

bool Processes::jump(Node& node, base::Duration by) {
  const std::lock_guard lock(mutex_);
  node.wall_offset += by;
  return node.alive && node.process->order({Order::Kind::jump, 0, by});
}

// Whoever writes from now on meets it: so those that can are waited for.
void Processes::lock(Node& node, std::uint16_t position) {
  std::vector<Node*> asked;
  for_each_sharing(node, [&](Node& other) {
    other.locks.push_back(position);
    other.process->order({Order::Kind::lock, position});
    asked.push_back(&other);
  });
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest_obeying, [&] {
    return std::all_of(asked.begin(), asked.end(), [&](const Node* one) {
      return !one->alive || one->pauses > 0 || one->holds(position);
    });
  });
}

void Processes::unlock(Node& node, std::uint16_t position) {
  for_each_sharing(node, [position](Node& other) {
    std::erase(other.locks, position);
    std::erase(other.held, position);
    std::erase(other.waited, position);
    other.process->order({Order::Kind::unlock, position});
  });
}

void Processes::for_each_sharing(Node& node, const std::function<void(Node&)>& action) {
  const std::lock_guard lock(mutex_);
  for (const auto& other : hosts_)
    if (other.get() == &node || setup_.target->one_database) action(node_of(*other));
}

void Processes::heard(Node& node, const Word& word) {
  switch (word.kind) {
    case Word::Kind::serving:
      return serves(node);
    case Word::Kind::failed:
      return fail(word.text);
    case Word::Kind::locked:
      return locked(node, static_cast<std::uint16_t>(word.number));
    case Word::Kind::waits:
      return waits(node, static_cast<std::uint16_t>(word.number));
    case Word::Kind::write: {
      Order order;
      order.kind = Order::Kind::fate;
      order.fate = meet_write(node.writes, node.name, word.subject, word.text);
      node.process->order(order);
      return;
    }
    case Word::Kind::dies:
      kill(node, node.writes.crash);
      return;
    case Word::Kind::drained:
      return end_drain(node);
    case Word::Kind::not_sent:
      if (word.call)
        proxy_->not_sent({node.name, word.call->callee}, request_of(*word.call), word.call->failure,
                         word.call->began);
  }
}

void Processes::locked(Node& node, std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  node.held.push_back(position);
  changed_.notify_all();
}

// It meets a node with the first write that waits for it, in whatever incarnation.
void Processes::waits(Node& node, std::uint16_t position) {
  {
    const std::lock_guard lock(mutex_);
    const auto& waited = node.waited;
    if (std::find(waited.begin(), waited.end(), position) != waited.end()) return;
    node.waited.push_back(position);
  }
  armory_.met_node(position, node.name, true, now());
}

void Processes::read_ledger(std::vector<record::LedgerRow>& rows) {
  for (const auto& host : hosts_) {
    const auto& process = node_of(*host).process;
    if (!process || host->incarnations == 0) continue;
    if (const auto read = process->read_ledger(rows); !read) fail(read.error());
  }
}

// Nothing starts any more; what stands still goes on, and all write down what there is and end.
void Processes::end_nodes() {
  if (!end_launching()) return;
  for (const auto& host : hosts_) {
    const auto& process = node_of(*host).process;
    if (!process) continue;
    process->signal(SIGCONT);
    process->order({Order::Kind::end});
  }
  for (const auto& host : hosts_)
    if (const auto& process = node_of(*host).process) process->wait_until_gone(longest_end);
}

void Processes::record_nodes(record::Record& record) {
  for (const auto& host : hosts_) {
    const auto& process = node_of(*host).process;
    if (!process) continue;
    if (const auto read = process->book().read(record); !read) fail(read.error());
    const base::Duration slowest(process->book().figures().slowest_commit.load());
    if (slowest <= record.slowest_commit) continue;
    record.slowest_commit = slowest;
    record.slowest_disk = host->name;
  }
}

}  // namespace seawall::worlds
