// Owners of an SQLite handle and of its statements: the little of SQLite that the store needs. A
// failure is a value that the caller must look at; nothing throws. A Database and its statements
// are used by one thread at a time.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "harness/base/result.hpp"

namespace seawall::live {

class Statement {
 public:
  enum class Step : std::uint8_t { row, done, failed };

  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  // Parameters count from 1. The text has to live until reset().
  void bind(int at, std::string_view text);
  void bind(int at, std::int64_t number);
  Step step();
  // Columns count from 0; of the current row.
  std::string text(int column) const;
  std::int64_t number(int column) const;
  // Ready to be bound and stepped again.
  void reset();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Resets its statement at the end of a scope, so that no read stays open.
class Resetting {
 public:
  explicit Resetting(Statement& statement) : statement_(statement) {}
  Resetting(const Resetting&) = delete;
  Resetting& operator=(const Resetting&) = delete;
  ~Resetting() { statement_.reset(); }

 private:
  Statement& statement_;
};

class Database {
 public:
  Database() = default;
  // Opens the file `path`; makes it where there is none. The error is SQLite's own sentence.
  static base::expected<Database, std::string> open(const std::string& path);

  // Runs statements that give no rows, or whose rows do not matter.
  bool run(const char* sql);
  // The first column of the first row, or the error.
  base::expected<std::string, std::string> ask(const char* sql);
  base::expected<Statement, std::string> prepare(std::string_view sql);
  // What went wrong last.
  std::string error() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace seawall::live
