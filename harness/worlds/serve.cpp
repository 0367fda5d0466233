#include "harness/worlds/serve.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "harness/base/text.hpp"
#include "harness/live/node.hpp"
#include "harness/os/descriptor.hpp"
#include "harness/os/shim.hpp"
#include "harness/worlds/book.hpp"
#include "harness/worlds/orders.hpp"

namespace seawall::worlds {
namespace {

constexpr int orders = os::child_channel;
constexpr int cannot_serve = 6;
constexpr int between_polls = 100;  // milliseconds

sigset_t ends() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

class NoNotes final : public live::Notes {
 public:
  void add(record::Event) override {}
  void add(record::Sample) override {}
  void put(std::int64_t, std::vector<record::PatternUse>) override {}
};

// The node with what is around it. Orders are carried out on the thread that made it.
class Served {
 public:
  Served(const runtime::Node& plan, const ServeSetup& setup) : plan_(plan), setup_(setup) {}

  base::expected<void, std::string> prepare();
  int run();

 private:
  live::Node::Setup node_setup(net::ReservedPort port);
  live::Store::Aim aim();
  plan::WriteDecision::Fate ask_fate(const runtime::Batch& batch);
  [[noreturn]] void die();
  bool wait_for_begin();
  void carry_out(const Order& order);
  void changed(live::Node::State state);
  void end_by_hand();
  void publish();
  int finish();

  void tell(const Word& word) {
    if (!setup_.driven) return;
    if (book_) ++book_->figures().unheard;
    send(orders, word);
  }
  void tell(Word::Kind kind, std::int64_t number = 0) {
    Word word;
    word.kind = kind;
    word.number = number;
    tell(word);
  }

  const runtime::Node& plan_;
  const ServeSetup& setup_;
  const sigset_t ends_ = ends();
  os::Descriptor signals_;
  std::optional<Book> book_;
  NoNotes no_notes_;
  std::unique_ptr<live::Store> store_;
  live::Node::Setup setup_of_node_;
  std::unique_ptr<live::Node> node_;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> ending_ = false;

  std::mutex mutex_;  // of the fate, for which the store's thread waits
  std::condition_variable told_;
  std::optional<plan::WriteDecision::Fate> fate_;
};

base::expected<void, std::string> Served::prepare() {
  // Before there is a thread, so that none takes them.
  ::pthread_sigmask(SIG_BLOCK, &ends_, nullptr);
  signals_ = os::Descriptor(::signalfd(-1, &ends_, SFD_CLOEXEC));
  auto port = net::ReservedPort::reserve(setup_.port);
  if (!port) return base::unexpected(port.error());
  if (!setup_.book.empty()) {
    auto book = Book::open(setup_.book);
    if (!book) return base::unexpected(book.error());
    book_.emplace(std::move(*book));
  }
  auto store = live::open_sqlite_store(setup_.store, plan_.name, aim());
  if (!store) return base::unexpected(store.error());
  store_ = std::move(*store);
  setup_of_node_ = node_setup(std::move(*port));
  return {};
}

live::Node::Setup Served::node_setup(net::ReservedPort port) {
  live::Node::Setup setup;
  setup.name = plan_.name;
  setup.plan = plan_;
  setup.port = std::move(port);
  setup.callees = setup_.callees;
  setup.store = store_.get();
  setup.seed = setup_.seed;
  setup.notes = &no_notes_;
  if (book_) {
    setup.notes = &*book_;
    setup.in_flight = &book_->figures().in_flight;
  }
  setup.on_change = [this](live::Node::State state) { changed(state); };
  if (setup_.driven)
    setup.not_sent = [this](const std::string& callee, const model::Request& request,
                            model::Failure failure, base::TimePoint began) {
      Word word;
      word.kind = Word::Kind::not_sent;
      word.call = told_call(callee, request, failure, began);
      tell(word);
    };
  return setup;
}

live::Store::Aim Served::aim() {
  live::Store::Aim aim;
  if (!setup_.driven || !setup_.asks) return aim;
  aim.decide = [this](const runtime::Batch& batch) { return ask_fate(batch); };
  aim.die = [this] { die(); };
  return aim;
}

// The books of faults, and the numbers of writes, are the driver's: they outlive this process.
plan::WriteDecision::Fate Served::ask_fate(const runtime::Batch& batch) {
  Word word;
  word.kind = Word::Kind::write;
  word.text = batch.write_class;
  word.subject = batch.subject;
  tell(word);
  std::unique_lock lock(mutex_);
  told_.wait(lock, [this] { return fate_.has_value(); });
  return *std::exchange(fate_, std::nullopt);
}

// Its links are told first, as they are of any death.
void Served::die() {
  tell(Word::Kind::dies);
  while (true) ::kill(::getpid(), SIGKILL);
}

// Locks come first: what the node writes at its start must wait for them too.
bool Served::wait_for_begin() {
  node_ = nullptr;
  std::vector<Order> locks;
  while (true) {
    const auto order = receive_order(orders);
    if (!order) return false;
    if (order->kind == Order::Kind::lock) {
      locks.push_back(*order);
      continue;
    }
    setup_of_node_.incarnations = order->number;
    setup_of_node_.wall_offset = order->time;
    node_ = std::make_unique<live::Node>(std::move(setup_of_node_));
    for (const Order& lock : locks) carry_out(lock);
    return true;
  }
}

int Served::run() {
  if (!setup_.driven)
    node_ = std::make_unique<live::Node>(std::move(setup_of_node_));
  else if (!wait_for_begin())
    return EXIT_SUCCESS;
  node_->start();
  while (!ending_ && !failed_) {
    std::array<pollfd, 2> polled = {pollfd{signals_.get(), POLLIN, 0},
                                    pollfd{setup_.driven ? orders : -1, POLLIN, 0}};
    ::poll(polled.data(), polled.size(), between_polls);
    publish();
    if (polled[0].revents != 0) end_by_hand();
    if (polled[1].revents == 0) continue;
    const auto order = receive_order(orders);
    if (!order) ::_exit(EXIT_SUCCESS);  // the driver has gone
    carry_out(*order);
  }
  return finish();
}

void Served::carry_out(const Order& order) {
  const auto holder = static_cast<std::uint16_t>(order.number);
  switch (order.kind) {
    case Order::Kind::lock:
      return node_->post([this, holder] {
        store_->lock(holder, [this, holder] { tell(Word::Kind::waits, holder); });
        tell(Word::Kind::locked, holder);
      });
    case Order::Kind::unlock:
      return node_->post([this, holder] { store_->unlock(holder); });
    case Order::Kind::jump:
      node_->jump(order.time);
      return;
    case Order::Kind::drain:
      return node_->drain(order.time, [this] { tell(Word::Kind::drained); });
    case Order::Kind::serve_on:
      return node_->cancel_drain();
    case Order::Kind::fate: {
      const std::lock_guard lock(mutex_);
      fate_ = order.fate;
      told_.notify_all();
      return;
    }
    case Order::Kind::begin:
      return;
    case Order::Kind::end:
      ending_ = true;
  }
}

// On the node's thread.
void Served::changed(live::Node::State state) {
  if (state == live::Node::State::serving) {
    std::printf("%s serves on %s\n", plan_.name.c_str(), net::to_text(node_->address()).c_str());
    std::fflush(stdout);
    tell(Word::Kind::serving);
  }
  if (state == live::Node::State::down && !ending_) failed_ = true;
}

// Finishes what it has and turns others away; a second time, it ends at once.
void Served::end_by_hand() {
  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof(info)) != sizeof(info)) return;
  std::fprintf(stderr, "%s: ending within %s (again: at once)\n", plan_.name.c_str(),
               base::to_text(setup_.drain).c_str());
  std::atomic<bool> drained = false;
  node_->drain(setup_.drain, [&drained] { drained = true; });
  pollfd polled{signals_.get(), POLLIN, 0};
  while (!drained && node_->in_flight() > 0 && ::poll(&polled, 1, 10) == 0) continue;
  ending_ = true;
  node_->stop();
}

void Served::publish() {
  if (!book_) return;
  std::atomic<std::int64_t>& slowest = book_->figures().slowest_commit;
  slowest = std::max(slowest.load(), store_->slowest_commit().count());
}

int Served::finish() {
  std::string why;
  if (failed_) {
    const auto started = node_->wait_until_serving(base::Duration::zero());
    why = started ? plan_.name + " ended" : started.error();
  }
  ending_ = true;
  node_->stop();
  publish();
  if (!failed_) return EXIT_SUCCESS;
  std::fprintf(stderr, "%s\n", why.c_str());
  Word word;
  word.kind = Word::Kind::failed;
  word.text = why;
  tell(word);
  return cannot_serve;
}

}  // namespace

std::vector<std::string> to_words(const ServeSetup& setup) {
  std::vector<std::string> words = {"--seed",  std::to_string(setup.seed),
                                    "--port",  std::to_string(setup.port),
                                    "--store", setup.store};
  const auto add = [&words](std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
  };
  if (!setup.book.empty()) add({"--book", setup.book});
  for (const auto& [name, address] : setup.callees)
    add({"--callee", name + "=" + net::to_text(address)});
  if (setup.driven) add({"--driven"});
  if (setup.asks) add({"--asks"});
  return words;
}

base::expected<std::pair<std::string, net::Address>, std::string> parse_callee(
    const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    return base::unexpected("'" + text +
                            "' is no callee; expected NAME=HOST:PORT, such as "
                            "payment=127.0.0.1:8080");
  auto address = net::parse_address(std::string_view(text).substr(equals + 1));
  if (!address) return base::unexpected(address.error());
  return std::pair(text.substr(0, equals), *address);
}

int serve(const runtime::Node& plan, const ServeSetup& setup) {
  Served served(plan, setup);
  if (const auto prepared = served.prepare(); !prepared) {
    std::fprintf(stderr, "%s cannot serve: %s\n", plan.name.c_str(), prepared.error().c_str());
    return cannot_serve;
  }
  return served.run();
}

}  // namespace seawall::worlds
