// One node of a target as a process: its shim, its orders, its book and its ledger. What is to
// become of it is for the world to know.
//
//   launch() --> [word: serving] --> signal, order --> kill() --> on_gone --> launch() ...
//
// launch() and the destructor: one thread at a time. All else: any.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/live/ledger_reader.hpp"
#include "harness/os/descriptor.hpp"
#include "harness/worlds/book.hpp"
#include "harness/worlds/orders.hpp"
#include "harness/worlds/serve.hpp"
#include "harness/worlds/supervised.hpp"

namespace seawall::worlds {

class NodeProcess {
 public:
  struct Setup {
    std::string name;
    std::vector<std::string> command;  // the program; the name and the words of `serve` follow
    std::string folder;                // of its store and its book
    ServeSetup serve;                  // without these two
    std::function<void(const Word&)> on_word;     // on a thread of the process's own
    std::function<void(const os::End&)> on_gone;  // on another: nothing of it is left
  };

  // Makes its files. The error is a sentence for the user.
  static base::expected<std::unique_ptr<NodeProcess>, std::string> make(Setup setup);
  // Its process has ended, or was never launched.
  ~NodeProcess();

  const std::string& name() const { return setup_.name; }
  // How it is started and awaited, for a Supervisor; it hands the service back by use().
  ServiceSpec spec() const;
  void use(Supervised& service) { service_ = &service; }

  // `before`: orders that are carried out before the node begins.
  base::expected<void, std::string> launch(const std::vector<Order>& before);
  bool signal(int number) { return service_ && service_->signal(number); }
  void kill() {
    if (service_) service_->kill();
  }
  bool order(const Order& order);
  std::string story() const { return service_->story(); }
  // It is gone: returns when all that it said has been heard.
  void hear_out();
  // Waits until it is gone; kills what is there after this time.
  void wait_until_gone(base::Duration limit);

  Book& book() { return book_; }
  const Book& book() const { return book_; }
  // Rows that no earlier call has given.
  base::expected<void, std::string> read_ledger(std::vector<record::LedgerRow>& rows);

 private:
  NodeProcess(Setup setup, Book book);
  void listen(int line);

  Setup setup_;
  Book book_;
  live::LedgerReader ledger_;
  std::uint64_t ledger_read_ = 0;  // lsn
  Supervised* service_ = nullptr;
  std::mutex mutex_;      // of the line, against orders
  os::Descriptor line_;   // our end
  std::thread listener_;  // hears its words
};

}  // namespace seawall::worlds
