// Probes by SQL on a SQLite file, which is opened for reading alone, while its owner writes.
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <poll.h>
#include <sqlite3.h>

#include "harness/probe/excerpt.hpp"
#include "harness/probe/look.hpp"

namespace seawall::probe {
namespace {

using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

constexpr int steps_between_looks = 1000;  // of the virtual machine, at the clock

int wait_for_lock(void* limit, int) {
  constexpr int most = 10;  // milliseconds between two tries
  const int left = static_cast<const Limit*>(limit)->milliseconds();
  ::poll(nullptr, 0, std::min(most, left));
  return left > 0 ? 1 : 0;
}

int is_past(void* limit) { return static_cast<const Limit*>(limit)->left() == base::Duration{}; }

base::unexpected<std::string> failed(sqlite3* database, int code) {
  if (code == SQLITE_INTERRUPT || code == SQLITE_BUSY)
    return base::unexpected<std::string>(code == SQLITE_BUSY ? "locked all the time"
                                                             : "no answer in time");
  return base::unexpected(excerpt(sqlite3_errmsg(database)));
}

Answer read_row(sqlite3* database, sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_DONE)
    return base::unexpected<std::string>("no row; expected one row of one column");
  if (code != SQLITE_ROW) return failed(database, code);
  const int columns = sqlite3_column_count(statement);
  if (columns != 1)
    return base::unexpected(fmt::format("{} columns; expected one row of one column", columns));
  const int type = sqlite3_column_type(statement, 0);
  if (type == SQLITE_NULL)
    return base::unexpected<std::string>("null; expected a value, such as by coalesce(..., 0)");
  if (type == SQLITE_BLOB)
    return base::unexpected<std::string>("a blob; expected a number or text");
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  const Answer answer =
      value_of({bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, 0))});
  const int next = sqlite3_step(statement);
  if (next == SQLITE_ROW)
    return base::unexpected<std::string>("several rows; expected one row of one column");
  if (next != SQLITE_DONE) return failed(database, next);
  return answer;
}

}  // namespace

Answer ask_sqlite(const std::string& file, const std::string& sql, const Limit& limit) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const Database database(opened, sqlite3_close);
  if (code != SQLITE_OK) return failed(opened, code);
  Limit own = limit;
  sqlite3_busy_handler(opened, wait_for_lock, &own);
  sqlite3_progress_handler(opened, steps_between_looks, is_past, &own);
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const int ready =
      sqlite3_prepare_v2(opened, sql.c_str(), static_cast<int>(sql.size()), &prepared, &rest);
  const Statement statement(prepared, sqlite3_finalize);
  if (ready != SQLITE_OK) return failed(opened, ready);
  if (!prepared) return base::unexpected<std::string>("no statement; expected a query");
  if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return base::unexpected<std::string>("several statements; expected one query");
  return read_row(opened, prepared);
}

}  // namespace seawall::probe
