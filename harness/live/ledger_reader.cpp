#include "harness/live/ledger_reader.hpp"

#include "harness/model/json_codec.hpp"

namespace seawall::live {

base::expected<void, std::string> LedgerReader::open() {
  auto database = Database::open(path_);
  if (!database) return base::unexpected(database.error());
  auto statement = database->prepare("SELECT row FROM ledger WHERE lsn > ?1 ORDER BY lsn");
  if (!statement) return base::unexpected(statement.error());
  handle_.emplace(Handle{std::move(*database), std::move(*statement)});
  return {};
}

base::expected<void, std::string> LedgerReader::read(std::uint64_t after,
                                                     std::vector<record::LedgerRow>& rows) {
  const auto failure = [this](const std::string& what) {
    return base::unexpected("cannot read the ledger in " + path_ + ": " + what);
  };
  if (!handle_)
    if (const auto opened = open(); !opened) return failure(opened.error());
  Statement& statement = handle_->rows;
  const Resetting resetting(statement);
  statement.bind(1, static_cast<std::int64_t>(after));
  auto step = statement.step();
  for (; step == Statement::Step::row; step = statement.step()) {
    auto row = model::decode_json<record::LedgerRow>(statement.text(0));
    if (!row) return failure(row.error());
    rows.push_back(std::move(*row));
  }
  if (step == Statement::Step::failed) return failure(handle_->database.error());
  return {};
}

}  // namespace seawall::live
