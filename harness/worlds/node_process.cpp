#include "harness/worlds/node_process.hpp"

#include <algorithm>

#include <sys/socket.h>

namespace seawall::worlds {

namespace {

// "payment/2" as a file.
std::string file_of(const NodeProcess::Setup& setup, const char* suffix) {
  std::string name = setup.name;
  std::replace(name.begin(), name.end(), '/', '-');
  return setup.folder + "/" + name + suffix;
}

}  // namespace

base::expected<std::unique_ptr<NodeProcess>, std::string> NodeProcess::make(Setup setup) {
  setup.serve.book = file_of(setup, ".book");
  setup.serve.store = file_of(setup, ".db");
  auto book = Book::open(setup.serve.book);
  if (!book) return base::unexpected(book.error());
  return std::unique_ptr<NodeProcess>(new NodeProcess(std::move(setup), std::move(*book)));
}

NodeProcess::NodeProcess(Setup setup, Book book)
    : setup_(std::move(setup)), book_(std::move(book)), ledger_(setup_.serve.store) {}

NodeProcess::~NodeProcess() { hear_out(); }

ServiceSpec NodeProcess::spec() const {
  ServiceSpec spec;
  spec.name = setup_.name;
  spec.command.words = setup_.command;
  spec.command.words.push_back(setup_.name);
  const std::vector<std::string> more = to_words(setup_.serve);
  spec.command.words.insert(spec.command.words.end(), more.begin(), more.end());
  spec.port = setup_.serve.port;
  spec.ready.kind = Ready::Kind::log;
  spec.ready.what = setup_.name + " serves on";
  spec.ready.within = longest_start;
  return spec;
}

base::expected<void, std::string> NodeProcess::launch(const std::vector<Order>& before) {
  hear_out();
  os::Pair ends = os::make_message_pair();
  if (!ends) return base::unexpected("cannot start " + setup_.name + ": no sockets are left");
  for (const Order& order : before) send(ends.first.get(), order);
  const int line = ends.first.get();
  {
    const std::lock_guard lock(mutex_);
    line_ = std::move(ends.first);
  }
  listener_ = std::thread([this, line] { listen(line); });
  return service_->launch(setup_.on_gone, ends.second.get());
}

// Until the process has ended and all that it said has been heard.
void NodeProcess::listen(int line) {
  while (const auto word = receive_word(line)) setup_.on_word(*word);
}

void NodeProcess::hear_out() {
  if (line_) ::shutdown(line_.get(), SHUT_RDWR);
  if (listener_.joinable()) listener_.join();
  const std::lock_guard lock(mutex_);
  line_.reset();
}

bool NodeProcess::order(const Order& order) {
  const std::lock_guard lock(mutex_);
  return line_ && send(line_.get(), order);
}

void NodeProcess::wait_until_gone(base::Duration limit) {
  if (!service_) return;
  if (!service_->wait(limit)) kill();
  service_->wait(longest_start);
  hear_out();
}

base::expected<void, std::string> NodeProcess::read_ledger(std::vector<record::LedgerRow>& rows) {
  const std::size_t before = rows.size();
  auto read = ledger_.read(ledger_read_, rows);
  if (rows.size() > before) ledger_read_ = rows.back().lsn;
  return read;
}

}  // namespace seawall::worlds
