// What every store promises, tried on each of them.
#include <atomic>

#include "live_store/client.hpp"
#include "live_store/folder.hpp"
#include "support/catch.hpp"

namespace seawall::live::test {
namespace {

using Aim = Store::Aim;

struct InMemory {
  std::unique_ptr<Store> make(Aim aim = {}) { return make_memory_store("order", std::move(aim)); }
};

struct InSqlite {
  std::unique_ptr<Store> make(Aim aim = {}) {
    return open_sqlite_store(folder.file("order.db"), "order", std::move(aim)).value();
  }
  Folder folder;
};

std::vector<record::LedgerRow> ledger(Store& store, std::uint64_t after = 0) {
  std::vector<record::LedgerRow> rows;
  REQUIRE(store.read_ledger(after, rows));
  return rows;
}

// Dies at the first batch of the class "capture".
Aim dies(Aim::Fate fate, std::atomic<int>& deaths) {
  Aim aim;
  aim.decide = [fate](const Batch& batch) {
    return batch.write_class == "capture" ? fate : Aim::Fate::pass;
  };
  aim.die = [&deaths] { ++deaths; };
  return aim;
}

Batch capture(std::string key) {
  Batch batch = put(std::move(key), "taken");
  batch.write_class = "capture";
  batch.ledger.push_back(row("o-capture"));
  return batch;
}

}  // namespace

TEMPLATE_TEST_CASE("a read sees every finished write", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  CHECK(client.read("a") == std::nullopt);
  REQUIRE(client.write(put("a", "1")));
  CHECK(client.read("a") == "1");
  REQUIRE(client.write(put("a", "2")));
  CHECK(client.read("a") == "2");
  REQUIRE(client.write(put("empty", "")));
  CHECK(client.read("empty") == "");
  const bool has_disk = std::is_same_v<TestType, InSqlite>;
  CHECK((store->slowest_commit() > base::Duration::zero()) == has_disk);
}

TEMPLATE_TEST_CASE("bytes of keys and values come back as they were", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  const std::string odd("nul \0 quote ' high \xff\xfe", 21);
  REQUIRE(client.write(put(odd, odd)));
  CHECK(client.read(odd) == odd);
  CHECK(client.scan("nul") == runtime::Rows{{odd, odd}});
}

TEMPLATE_TEST_CASE("a scan gives the keys with its prefix in order", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  Batch batch;
  for (const char* key : {"b/2", "a", "b/", "b", "b/10", "b0", "\xff",
                          "\xff\xff"
                          "x"})
    batch.put(key, key);
  REQUIRE(client.write(std::move(batch)));
  CHECK(client.scan("b/") == runtime::Rows{{"b/", "b/"}, {"b/10", "b/10"}, {"b/2", "b/2"}});
  CHECK(client.scan("\xff") == runtime::Rows{{"\xff", "\xff"},
                                             {"\xff\xff"
                                              "x",
                                              "\xff\xff"
                                              "x"}});
  CHECK(client.scan("").size() == 8);
  CHECK(client.scan("c").empty());
}

TEMPLATE_TEST_CASE("a conflict writes nothing and the others go on", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  const auto reserve = [&](const std::string& value) {
    Batch batch = put("key", value);
    batch.put("by-" + value, "");
    batch.absent = {"other", "key"};
    batch.ledger.push_back(row(value));
    return client.start_write(std::move(batch));
  };
  // All three may wait together, and so meet in one transaction.
  const auto first = reserve("first");
  const auto second = reserve("second");
  const auto third = client.start_write(put("third", ""));
  CHECK(client.written(first));
  CHECK(client.written(second) == base::unexpected(Failure::conflict));
  CHECK(client.written(third));
  CHECK(client.read("key") == "first");
  CHECK(client.scan("by-").size() == 1);
  CHECK(client.read("third") == "");
  CHECK(ledger(*store).size() == 1);
}

TEMPLATE_TEST_CASE("ledger rows are numbered without gaps", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  CHECK(store->durable_lsn() == 0);
  Batch two;
  two.ledger = {row("o-1"), row("o-2")};
  REQUIRE(client.write(std::move(two), 70));
  REQUIRE(client.write(put("no", "rows")));
  Batch one;
  one.ledger = {row("o-3")};
  REQUIRE(client.write(std::move(one), 90));

  CHECK(store->durable_lsn() == 3);
  const auto rows = ledger(*store);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].node == "order");
  CHECK(rows[0].lsn == 1);
  CHECK(rows[1].lsn == 2);
  CHECK(rows[1].batch == rows[0].batch);
  CHECK(rows[1].t == base::TimePoint(base::Duration(70)));
  CHECK(rows[2].lsn == 3);
  CHECK(rows[2].batch == rows[1].batch + 1);
  CHECK(rows[2].order == "o-3");
  CHECK(rows[2].amount == base::Money{1999});
  CHECK(ledger(*store, 2).size() == 1);
  CHECK(ledger(*store, 3).empty());
}

TEMPLATE_TEST_CASE("state and ledger outlive an incarnation", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  Batch batch = put("a", "1");
  batch.ledger = {row("o-1")};
  REQUIRE(client.write(std::move(batch)));
  client.detach();
  client.detach();
  client.attach();
  CHECK(client.read("a") == "1");
  Batch next;
  next.ledger = {row("o-2")};
  REQUIRE(client.write(std::move(next)));
  CHECK(ledger(*store).at(1).lsn == 2);
}

TEMPLATE_TEST_CASE("what an incarnation has begun is posted to no other", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  for (int i = 0; i < 200; ++i) client.start_write(put("k" + std::to_string(i), ""));
  client.detach();
  const std::size_t posted = client.outcomes();
  client.attach();
  // What was durable stays, in order and without a hole; nothing more is written or told.
  const std::size_t written = client.scan("k").size();
  CHECK(written >= posted);
  for (std::size_t i = 0; i < written; ++i) CHECK(client.read("k" + std::to_string(i)));
  CHECK(client.outcomes() == posted + 1 + written);
}

TEMPLATE_TEST_CASE("a crash before a commit leaves nothing of it", "", InMemory, InSqlite) {
  TestType maker;
  std::atomic<int> deaths = 0;
  const auto store = maker.make(dies(Aim::Fate::crash_before, deaths));
  Client client(*store);
  REQUIRE(client.write(put("before", "")));
  client.start_write(capture("capture"));
  client.start_write(put("after", ""));
  while (deaths == 0) std::this_thread::yield();
  client.start_write(put("of the dead", ""));
  client.detach();
  CHECK(client.outcomes() == 1);
  client.attach();
  CHECK(client.scan("") == runtime::Rows{{"before", ""}});
  CHECK(ledger(*store).empty());
  CHECK(deaths == 1);
}

TEMPLATE_TEST_CASE("a crash after a commit keeps it and tells nobody", "", InMemory, InSqlite) {
  TestType maker;
  std::atomic<int> deaths = 0;
  const auto store = maker.make(dies(Aim::Fate::crash_after, deaths));
  Client client(*store);
  client.start_write(capture("capture"));
  client.start_write(put("after", ""));
  while (deaths == 0) std::this_thread::yield();
  client.detach();
  CHECK(client.outcomes() == 0);
  client.attach();
  CHECK(client.scan("") == runtime::Rows{{"capture", "taken"}});
  CHECK(ledger(*store).size() == 1);
  CHECK(store->durable_lsn() == 1);
}

TEMPLATE_TEST_CASE("a write that is to fail leaves nothing, and the others go on", "", InMemory,
                   InSqlite) {
  TestType maker;
  std::atomic<int> left = 1;
  Aim aim;
  aim.decide = [&left](const Batch&) { return left-- > 0 ? Aim::Fate::fail : Aim::Fate::pass; };
  const auto store = maker.make(aim);
  Client client(*store);
  CHECK(client.write(capture("capture")) == base::unexpected(Failure::disk));
  CHECK(client.scan("").empty());
  CHECK(ledger(*store).empty());
  REQUIRE(client.write(capture("capture")));
  CHECK(ledger(*store).size() == 1);
}

TEMPLATE_TEST_CASE("a conflicting batch is no durable write to aim at", "", InMemory, InSqlite) {
  TestType maker;
  std::atomic<int> asked = 0;
  Aim aim;
  aim.decide = [&asked](const Batch&) {
    ++asked;
    return Aim::Fate::pass;
  };
  const auto store = maker.make(aim);
  Client client(*store);
  Batch unnamed = put("a", "");
  REQUIRE(client.write(std::move(unnamed)));
  CHECK(asked == 0);
  Batch conflicting = capture("b");
  conflicting.absent = {"a"};
  CHECK_FALSE(client.write(std::move(conflicting)));
  CHECK(asked == 0);
  REQUIRE(client.write(capture("c")));
  CHECK(asked == 1);
}

TEMPLATE_TEST_CASE("a judge reads the ledger while the node writes", "", InMemory, InSqlite) {
  TestType maker;
  const auto store = maker.make();
  Client client(*store);
  constexpr std::size_t count = 300;
  for (std::size_t i = 0; i < count; ++i) {
    Batch batch;
    batch.ledger = {row("o-" + std::to_string(i)), row("o-" + std::to_string(i))};
    client.start_write(std::move(batch));
  }
  std::vector<record::LedgerRow> rows;
  while (rows.size() < 2 * count) {
    const std::size_t before = rows.size();
    REQUIRE(store->read_ledger(before, rows));
    // A batch is seen as a whole or not at all.
    REQUIRE(rows.size() % 2 == 0);
    for (std::size_t at = before; at < rows.size(); ++at) REQUIRE(rows[at].lsn == at + 1);
  }
  CHECK_FALSE(client.any_twice());
}

}  // namespace seawall::live::test
