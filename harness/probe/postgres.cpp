// Probes and statements by SQL on PostgreSQL, through libpq without blocking: the limit holds for
// the connect, the login and the query together, whatever the other side does.
#include <algorithm>
#include <cerrno>
#include <memory>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "harness/probe/excerpt.hpp"
#include "harness/probe/look.hpp"
#include "harness/probe/statement.hpp"

namespace seawall::probe {
namespace {

using Connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;
using Sentence = std::string;  // what went wrong; empty: nothing

const Sentence too_late = "no answer in time";

Sentence error_of(PGconn* connection) { return excerpt(PQerrorMessage(connection)); }

// Until the socket is ready or the limit has passed; false then.
bool wait_for(PGconn* connection, short events, const Limit& limit) {
  constexpr int most = 100;  // between two looks at the limit, which may come earlier than it was
  pollfd one{PQsocket(connection), events, 0};
  while (limit.milliseconds() > 0) {
    const int ready = poll(&one, 1, std::min(most, limit.milliseconds()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // libpq meets the same error, and says it
  }
  return false;
}

Sentence connect(PGconn* connection, const Limit& limit) {
  if (PQstatus(connection) == CONNECTION_BAD) return error_of(connection);
  // As if the last poll had said so: libpq begins by waiting until it can write.
  for (PostgresPollingStatusType wants = PGRES_POLLING_WRITING;;) {
    const short events = wants == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(connection, events, limit)) return too_late;
    wants = PQconnectPoll(connection);
    if (wants == PGRES_POLLING_OK) return {};
    if (wants == PGRES_POLLING_FAILED) return error_of(connection);
  }
}

Sentence send(PGconn* connection, const std::string& sql, const Limit& limit) {
  PQsetnonblocking(connection, 1);
  // Parameters, although there are none: so it is one statement and never several.
  if (!PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0))
    return error_of(connection);
  PQsetSingleRowMode(connection);  // of a table with a million rows, two are enough
  for (int rest = PQflush(connection); rest != 0; rest = PQflush(connection)) {
    if (rest < 0) return error_of(connection);
    if (!wait_for(connection, POLLIN | POLLOUT, limit)) return too_late;
    if (!PQconsumeInput(connection)) return error_of(connection);
  }
  return {};
}

// The next result; none where all came.
base::expected<Result, Sentence> receive(PGconn* connection, const Limit& limit) {
  while (PQisBusy(connection)) {
    if (!wait_for(connection, POLLIN, limit)) return base::unexpected(too_late);
    if (!PQconsumeInput(connection)) return base::unexpected(error_of(connection));
  }
  return Result(PQgetResult(connection), PQclear);
}

Answer value_of_row(PGresult* row) {
  const int columns = PQnfields(row);
  if (columns != 1)
    return base::unexpected(fmt::format("{} columns; expected one row of one column", columns));
  if (PQgetisnull(row, 0, 0))
    return base::unexpected<Sentence>("null; expected a value, such as by coalesce(..., 0)");
  return value_of({PQgetvalue(row, 0, 0), static_cast<std::size_t>(PQgetlength(row, 0, 0))});
}

Answer read_row(PGconn* connection, const Limit& limit) {
  std::optional<Answer> answer;
  while (true) {
    const auto result = receive(connection, limit);
    if (!result) return base::unexpected(result.error());
    if (!*result) break;
    const ExecStatusType status = PQresultStatus(result->get());
    if (status == PGRES_SINGLE_TUPLE && answer)
      return base::unexpected<Sentence>("several rows; expected one row of one column");
    if (status == PGRES_SINGLE_TUPLE)
      answer = value_of_row(result->get());
    else if (status == PGRES_COMMAND_OK)
      return base::unexpected<Sentence>("a command; expected a query with one row of one column");
    else if (status != PGRES_TUPLES_OK)
      return base::unexpected(excerpt(PQresultErrorMessage(result->get())));
  }
  if (!answer) return base::unexpected<Sentence>("no row; expected one row of one column");
  return std::move(*answer);
}

// A connection on which the statement is on its way.
base::expected<Connection, Sentence> asked(const std::string& dsn, const std::string& sql,
                                           const Limit& limit) {
  Connection connection(PQconnectStart(dsn.c_str()), PQfinish);
  if (!connection) return base::unexpected<Sentence>("no memory for a connection");
  if (Sentence problem = connect(connection.get(), limit); !problem.empty())
    return base::unexpected(std::move(problem));
  if (Sentence problem = send(connection.get(), sql, limit); !problem.empty())
    return base::unexpected(std::move(problem));
  return connection;
}

}  // namespace

Answer ask_postgres(const std::string& dsn, const std::string& sql, const Limit& limit) {
  const auto connection = asked(dsn, sql, limit);
  if (!connection) return base::unexpected(connection.error());
  return read_row(connection->get(), limit);
}

base::expected<void, Sentence> tell_postgres(const std::string& dsn, const std::string& sql,
                                             const Limit& limit) {
  const auto connection = asked(dsn, sql, limit);
  if (!connection) return base::unexpected(connection.error());
  while (true) {
    const auto result = receive(connection->get(), limit);
    if (!result) return base::unexpected(result.error());
    if (!*result) return {};
    const ExecStatusType status = PQresultStatus(result->get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE)
      return base::unexpected(excerpt(PQresultErrorMessage(result->get())));
  }
}

}  // namespace seawall::probe
