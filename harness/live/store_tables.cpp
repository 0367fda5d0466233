#include "harness/live/store_tables.hpp"

#include "harness/model/json_codec.hpp"

namespace seawall::live {
namespace {

// "SEAW": says whose file it is (PRAGMA application_id).
constexpr std::string_view application_id = "1396031831";
constexpr const char* schema = R"(
  PRAGMA application_id = 1396031831;
  CREATE TABLE kv (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE ledger (lsn INTEGER PRIMARY KEY, batch INTEGER NOT NULL, t INTEGER NOT NULL,
                       row TEXT NOT NULL);
)";

}  // namespace

base::expected<void, std::string> Tables::open(const std::string& path, std::string node) {
  node_ = std::move(node);
  auto database = Database::open(path);
  if (!database) return base::unexpected(database.error());
  database_ = std::move(*database);
  if (const auto owner = check_owner(); !owner) return owner;
  if (!database_.run("PRAGMA journal_mode = WAL") || !database_.run("PRAGMA synchronous = FULL"))
    return base::unexpected(database_.error());
  return prepare();
}

// A file of another program must not be written to, and a broken one is better found now.
base::expected<void, std::string> Tables::check_owner() {
  const auto tables = database_.ask("SELECT count(*) FROM sqlite_master");
  if (!tables) return base::unexpected(tables.error());
  const auto owner = database_.ask("PRAGMA application_id");
  if (!owner) return base::unexpected(owner.error());
  if (*tables == "0" && *owner == "0") {
    std::string all_or_nothing("BEGIN;");
    all_or_nothing.append(schema).append("COMMIT");
    if (!database_.run(all_or_nothing.c_str())) return base::unexpected(database_.error());
    return {};
  }
  if (*owner != application_id)
    return base::unexpected(std::string("it is the database of another program"));
  const auto sound = database_.ask("PRAGMA quick_check(1)");
  if (!sound) return base::unexpected(sound.error());
  if (*sound != "ok") return base::unexpected("it is damaged: " + *sound);
  return {};
}

base::expected<void, std::string> Tables::prepare() {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&get_, "SELECT value FROM kv WHERE key = ?1"},
      {&range_, "SELECT key, value FROM kv WHERE key >= ?1 AND key < ?2 ORDER BY key"},
      {&rest_, "SELECT key, value FROM kv WHERE key >= ?1 ORDER BY key"},
      {&set_, "INSERT INTO kv VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2"},
      {&log_, "INSERT INTO ledger VALUES (?1, ?2, ?3, ?4)"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return base::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  auto last = database_.prepare("SELECT ifnull(max(lsn), 0), ifnull(max(batch), 0) FROM ledger");
  if (!last || last->step() != Statement::Step::row) return base::unexpected(database_.error());
  durable_.lsn = static_cast<std::uint64_t>(last->number(0));
  durable_.batch = static_cast<std::uint64_t>(last->number(1));
  numbers_ = durable_;
  return {};
}

Store::Done::Value Tables::read(const std::string& key) {
  const Resetting resetting(get_);
  get_.bind(1, key);
  switch (get_.step()) {
    case Statement::Step::row:
      return std::optional(get_.text(0));
    case Statement::Step::done:
      return std::optional<std::string>();
    case Statement::Step::failed:
      break;
  }
  return base::unexpected(model::Failure::disk);
}

Store::Done::Rows Tables::scan(const std::string& prefix) {
  const auto end = end_of_prefix(prefix);
  Statement& statement = end ? range_ : rest_;
  const Resetting resetting(statement);
  statement.bind(1, prefix);
  if (end) statement.bind(2, *end);
  runtime::Rows rows;
  auto step = statement.step();
  for (; step == Statement::Step::row; step = statement.step())
    rows.emplace_back(statement.text(0), statement.text(1));
  if (step == Statement::Step::failed) return base::unexpected(model::Failure::disk);
  return rows;
}

base::expected<bool, model::Failure> Tables::conflicts(const runtime::Batch& batch) {
  for (const std::string& key : batch.absent) {
    const auto value = read(key);
    if (!value) return base::unexpected(value.error());
    if (*value) return true;
  }
  return false;
}

bool Tables::put(runtime::Batch& batch, base::TimePoint submitted) {
  for (const auto& [key, value] : batch.rows) {
    const Resetting resetting(set_);
    set_.bind(1, key);
    set_.bind(2, value);
    if (set_.step() != Statement::Step::done) return false;
  }
  numbers_.number(node_, submitted, batch.ledger);
  for (const record::LedgerRow& row : batch.ledger)
    if (!put_ledger(row)) return false;
  return true;
}

bool Tables::put_ledger(const record::LedgerRow& row) {
  const std::string text = model::encode_json(row);
  const Resetting resetting(log_);
  log_.bind(1, static_cast<std::int64_t>(row.lsn));
  log_.bind(2, static_cast<std::int64_t>(row.batch));
  log_.bind(3, row.t.time_since_epoch().count());
  log_.bind(4, text);
  return log_.step() == Statement::Step::done;
}

bool Tables::commit() {
  if (!database_.run("COMMIT")) return false;
  durable_ = numbers_;
  return true;
}

void Tables::roll_back() {
  // Fails where SQLite has rolled back by itself: then there is nothing to do.
  database_.run("ROLLBACK");
  numbers_ = durable_;
}

}  // namespace seawall::live
