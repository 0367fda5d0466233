// The judge's own way to the ledger in the SQLite file of a store, whose writer may live in another
// process, or be dead.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/live/sqlite.hpp"
#include "harness/record/ledger.hpp"

namespace seawall::live {

class LedgerReader {
 public:
  // The file is opened when it is first read.
  explicit LedgerReader(std::string path) : path_(std::move(path)) {}

  // Appends the durable rows with an lsn above `after`, by lsn. The error is a sentence for the
  // user.
  base::expected<void, std::string> read(std::uint64_t after, std::vector<record::LedgerRow>& rows);

 private:
  struct Handle {
    Database database;  // before its statement
    Statement rows;
  };
  base::expected<void, std::string> open();

  const std::string path_;
  std::optional<Handle> handle_;
};

}  // namespace seawall::live
