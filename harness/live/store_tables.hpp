// The tables of one node in SQLite, and what is done to them inside and outside of a transaction:
//
//   kv(key, value)                 state, in the order of its keys as bytes
//   ledger(lsn, batch, t, row)     row: the ledger row as JSON
//
// Used by one thread at a time.
#pragma once
#include <string>

#include "harness/live/sqlite.hpp"
#include "harness/live/store_parts.hpp"

namespace seawall::live {

class Tables {
 public:
  // Opens or makes the file.
  base::expected<void, std::string> open(const std::string& path, std::string node);

  Store::Done::Value read(const std::string& key);
  Store::Done::Rows scan(const std::string& prefix);

  bool begin() { return database_.run("BEGIN IMMEDIATE"); }
  // Whether a key that must be absent is there; a failure of the disk is one of the answer.
  base::expected<bool, model::Failure> conflicts(const runtime::Batch& batch);
  bool put(runtime::Batch& batch, base::TimePoint submitted);
  // True: durable. False: the transaction is to be rolled back.
  bool commit();
  void roll_back();

  std::uint64_t durable_lsn() const { return durable_.lsn; }

 private:
  base::expected<void, std::string> check_owner();
  base::expected<void, std::string> prepare();
  bool put_ledger(const record::LedgerRow& row);

  std::string node_;
  Database database_;  // before its statements: they are finalized first
  Statement get_;
  Statement range_;
  Statement rest_;
  Statement set_;
  Statement log_;
  LedgerNumbers durable_;
  LedgerNumbers numbers_;  // those of the open transaction included
};

}  // namespace seawall::live
