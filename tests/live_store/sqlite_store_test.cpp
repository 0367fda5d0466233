// What only a store on disk can meet: files that go on, files of others, and disks that fail.
#include <csignal>
#include <fstream>
#include <future>

#include <sys/resource.h>

#include "harness/live/sqlite.hpp"
#include "live_store/client.hpp"
#include "live_store/folder.hpp"
#include "support/catch.hpp"

namespace seawall::live::test {
namespace {

std::string error_of(const std::string& path) {
  const auto store = open_sqlite_store(path, "order", {});
  REQUIRE_FALSE(store);
  return store.error();
}

bool says(const std::string& error, const std::string& part) {
  return error.find(part) != std::string::npos;
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// Files of this process cannot grow beyond `bytes` while it lives: what a full disk looks like to
// it.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    was_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, was_);
  }

 private:
  rlimit before_{};
  void (*was_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a file is continued by the next store") {
  const Folder folder;
  for (int life = 1; life <= 3; ++life) {
    const auto store = open_sqlite_store(folder.file("order.db"), "order", {}).value();
    Client client(*store);
    Batch batch = put("life", std::to_string(life));
    batch.ledger = {row("o-1"), row("o-2")};
    REQUIRE(client.write(std::move(batch)));
    CHECK(store->durable_lsn() == static_cast<std::uint64_t>(2 * life));
    std::vector<record::LedgerRow> rows;
    REQUIRE(store->read_ledger(0, rows));
    REQUIRE(rows.size() == static_cast<std::size_t>(2 * life));
    CHECK(rows.back().batch == static_cast<std::uint64_t>(life));
  }
}

TEST_CASE("a file that is no store is refused with a sentence") {
  const Folder folder;
  const std::string path = folder.file("order.db");

  SECTION("text") {
    const std::string text =
        "this is a shopping list and not a database at all, is it? " + std::string(600, 'x');
    write_file(path, text);
    const std::string error = error_of(path);
    CHECK(says(error, "order.db"));
    CHECK(says(error, "not a database"));
    std::ifstream file(path, std::ios::binary);
    const std::string kept((std::istreambuf_iterator<char>(file)), {});
    CHECK(kept == text);
  }
  SECTION("the database of another program") {
    auto other = Database::open(path).value();
    REQUIRE(other.run("CREATE TABLE notes (text TEXT)"));
    CHECK(says(error_of(path), "of another program"));
  }
  SECTION("a folder that does not exist") {
    CHECK(says(error_of(folder.file("none/order.db")), "none/order.db"));
  }
}

TEST_CASE("a damaged file is found when it is opened") {
  const Folder folder;
  const std::string path = folder.file("order.db");
  {
    const auto store = open_sqlite_store(path, "order", {}).value();
    Client client(*store);
    for (int i = 0; i < 50; ++i)
      REQUIRE(client.write(put("key" + std::to_string(i), std::string(1'000, 'v'))));
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(8'192, '\x5a');
  }
  CHECK(says(error_of(path), "order.db"));
}

TEST_CASE("a full disk fails writes and nothing else") {
  const Folder folder;
  const auto store = open_sqlite_store(folder.file("order.db"), "order", {}).value();
  Client client(*store);
  Batch first = put("a", "1");
  first.ledger = {row("o-1")};
  REQUIRE(client.write(std::move(first)));
  {
    const FullDisk full(64 * 1024);
    Batch large = put("large", std::string(1'000'000, 'x'));
    large.ledger = {row("o-2")};
    CHECK(client.write(std::move(large)) == base::unexpected(Failure::disk));
    CHECK(client.read("large") == std::nullopt);
    CHECK(client.read("a") == "1");
    CHECK(store->durable_lsn() == 1);
  }
  Batch last = put("b", "2");
  last.ledger = {row("o-3")};
  REQUIRE(client.write(std::move(last)));
  CHECK(store->durable_lsn() == 2);
}

TEST_CASE("more operations than may wait are refused") {
  const Folder folder;
  std::promise<void> begun;
  std::promise<void> full;
  Store::Aim aim;
  aim.decide = [&](const Batch&) {  // holds the store's thread in the midst of a commit
    begun.set_value();
    full.get_future().wait();
    return Store::Aim::Fate::pass;
  };
  const auto store = open_sqlite_store(folder.file("order.db"), "order", aim).value();
  Client client(*store);
  Batch held = put("held", "");
  held.write_class = "capture";
  const auto first = client.start_write(std::move(held));
  begun.get_future().wait();
  for (std::size_t i = 0; i < Store::most_waiting; ++i) client.start_write(Batch());
  CHECK(client.write(Batch()) == base::unexpected(Failure::disk));
  CHECK(client.outcomes() == 1);
  full.set_value();
  CHECK(client.written(first));
}

}  // namespace seawall::live::test
