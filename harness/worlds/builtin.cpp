#include "harness/worlds/builtin.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/os/user.hpp"
#include "harness/probe/statement.hpp"

namespace seawall::worlds {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Error = std::string;

// Where Debian puts PostgreSQL's programs, in a folder for each version.
constexpr const char* postgres_versions = "/usr/lib/postgresql";
constexpr std::string_view superuser = "postgres";
constexpr base::Duration longest_recovery = 60s;  // after a crash it has its log to read
constexpr base::Duration longest_statement = 30s;

bool is_program(const fs::path& file) { return ::access(file.c_str(), X_OK) == 0; }

// On the PATH, or where servers are for administrators only.
std::optional<fs::path> find_program(std::string_view name) {
  const char* variable = std::getenv("PATH");
  const std::string path = fmt::format("{}:/usr/local/sbin:/usr/sbin", variable ? variable : "");
  for (const std::string_view folder : base::split(path, ':'))
    if (fs::path file = fs::path(folder) / name; !folder.empty() && is_program(file)) return file;
  return std::nullopt;
}

Error missing(const model::Service& service, std::string_view programs, std::string_view package) {
  return fmt::format(
      "{}: builtin = \"{}\" needs {}, and this machine has none; install the Debian package {}",
      service.name, model::name_of(*service.builtin), programs, package);
}

// What its user has asked for, else what ends it fastest in good order.
Stop stop_of(const model::Service& service, int best) {
  using Signal = model::Stop::Signal;
  switch (service.stop.signal) {
    case Signal::term:  // also where nothing was said
      return {best, service.stop.grace};
    case Signal::interrupt:
      return {SIGINT, service.stop.grace};
    case Signal::quit:
      return {SIGQUIT, service.stop.grace};
    case Signal::hangup:
      return {SIGHUP, service.stop.grace};
    case Signal::kill:
      return {SIGKILL, service.stop.grace};
  }
  return {best, service.stop.grace};
}

ServiceSpec spec_of(const model::Service& service, std::uint16_t port, const std::string& dir) {
  ServiceSpec spec;
  spec.name = service.name;
  spec.command.folder = dir;
  spec.port = port;
  spec.needs = service.needs;
  spec.ready.kind = Ready::Kind::tcp;
  spec.ready.within = longest_recovery;
  return spec;
}

// ---- PostgreSQL.

struct PostgresPrograms {
  fs::path initdb;
  fs::path postgres;
};

// Those of the newest version.
std::optional<PostgresPrograms> find_postgres() {
  std::optional<PostgresPrograms> newest;
  long newest_version = -1;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(postgres_versions, error)) {
    const PostgresPrograms found{entry.path() / "bin/initdb", entry.path() / "bin/postgres"};
    const long version = std::strtol(entry.path().filename().c_str(), nullptr, 10);
    if (version <= newest_version || !is_program(found.initdb) || !is_program(found.postgres))
      continue;
    newest = found;
    newest_version = version;
  }
  if (newest) return newest;
  const auto initdb = find_program("initdb");
  const auto postgres = find_program("postgres");
  if (!initdb || !postgres) return std::nullopt;
  return PostgresPrograms{*initdb, *postgres};
}

// It refuses to run as root: then somebody else gets its folder. None where we are not root.
base::expected<std::optional<os::User>, Error> postgres_user(const std::string& dir) {
  if (!os::is_root()) return std::optional<os::User>();
  auto user = os::find_user("postgres");
  if (!user) user = os::find_user("nobody");
  if (!user) return base::unexpected(user.error() + ", and postgres must not run as root");
  if (auto given = os::give_folder(dir, *user); !given)
    return base::unexpected("postgres must not run as root, and " + given.error());
  return std::optional<os::User>(std::move(*user));
}

// Names are letters, digits and '_': the scenario's reader has seen to that.
std::string identifier(std::string_view name) { return fmt::format("\"{}\"", name); }

// The owner and the databases, where they are not there.
class Preparing {
 public:
  Preparing(const model::Service& service, std::uint16_t port)
      : name_(service.name),
        owner_(service.user),
        databases_(service.databases),
        dsn_(fmt::format("postgres://{}@127.0.0.1:{}/postgres", superuser, port)) {}

  base::expected<void, Error> operator()() const {
    if (auto made = make("pg_roles", "rolname", owner_,
                         fmt::format("create role {} login", identifier(owner_)), "");
        !made)
      return made;
    for (const std::string& database : databases_) {
      const std::string names = fmt::format("{} owner", identifier(database));
      if (auto made = make("pg_database", "datname", database,
                           fmt::format("create database {} {}", names, identifier(owner_)),
                           fmt::format("alter database {} to {}", names, identifier(owner_)));
          !made)
        return made;
    }
    return {};
  }

 private:
  // `create` where the catalogue has no such name, else `alter`, which may be empty.
  base::expected<void, Error> make(std::string_view catalogue, std::string_view column,
                                   const std::string& name, const std::string& create,
                                   const std::string& alter) const {
    const auto there = probe::ask_postgres(
        dsn_, fmt::format("select count(*) from {} where {} = '{}'", catalogue, column, name),
        limit());
    if (!there) return failed("cannot look for " + identifier(name), there.error());
    const std::string& statement = there->text == "0" ? create : alter;
    if (statement.empty()) return {};
    if (auto told = probe::tell_postgres(dsn_, statement, limit()); !told)
      return failed(statement, told.error());
    return {};
  }

  base::unexpected<Error> failed(const std::string& what, const Error& why) const {
    return base::unexpected(fmt::format("{}: {}: {}", name_, what, why));
  }

  static probe::Limit limit() { return {live::steady_now() + longest_statement, live::steady_now}; }

  std::string name_;
  std::string owner_;
  std::vector<std::string> databases_;
  std::string dsn_;
};

base::expected<Builtin, Error> postgres(const model::Service& service, std::uint16_t port,
                                        const std::string& dir) {
  const auto programs = find_postgres();
  if (!programs) return base::unexpected(missing(service, "initdb and postgres", "postgresql"));
  auto user = postgres_user(dir);
  if (!user) return base::unexpected(service.name + ": " + user.error());
  const std::string data = (fs::path(dir) / "data").string();

  Builtin made{spec_of(service, port, dir), {}, Preparing(service, port)};
  made.spec.command.user = *user;
  os::Command initdb = made.spec.command;
  initdb.words = {programs->initdb, "--pgdata", data,         "--username", std::string(superuser),
                  "--auth",         "trust",    "--encoding", "UTF8",       "--locale",
                  "C.UTF-8",        "--no-sync"};
  made.setup.push_back(std::move(initdb));

  std::vector<std::string>& words = made.spec.command.words;
  words = {programs->postgres, "-D", data, "-p", std::to_string(port)};
  // No socket in the file system, and shared memory that goes with the folder: a postgres that is
  // killed cleans nothing up.
  for (const char* setting : {"listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off",
                              "dynamic_shared_memory_type=mmap"}) {
    words.emplace_back("-c");
    words.emplace_back(setting);
  }
  // Before that it takes connections, and refuses them.
  made.spec.ready.kind = Ready::Kind::log;
  made.spec.ready.what = "database system is ready to accept connections";
  made.spec.stop = stop_of(service, SIGINT);  // TERM would wait for its clients to leave
  return made;
}

// ---- The others, which need no setup.

base::expected<Builtin, Error> redis(const model::Service& service, std::uint16_t port,
                                     const std::string& dir) {
  const auto program = find_program("redis-server");
  if (!program) return base::unexpected(missing(service, "redis-server", "redis-server"));
  Builtin made{spec_of(service, port, dir), {}, {}};
  made.spec.command.words = {
      *program, "--port", std::to_string(port), "--bind", "127.0.0.1", "--dir", dir,
      "--save", "",       "--appendonly",       "no"};
  made.spec.stop = stop_of(service, SIGTERM);
  return made;
}

// With JetStream, whose streams lie in the folder.
base::expected<Builtin, Error> nats(const model::Service& service, std::uint16_t port,
                                    const std::string& dir) {
  const auto program = find_program("nats-server");
  if (!program) return base::unexpected(missing(service, "nats-server", "nats-server"));
  Builtin made{spec_of(service, port, dir), {}, {}};
  made.spec.command.words = {
      *program,      "--addr",      "127.0.0.1", "--port", std::to_string(port),
      "--jetstream", "--store_dir", dir};
  made.spec.stop = stop_of(service, SIGINT);
  return made;
}

}  // namespace

base::expected<Builtin, std::string> builtin(const model::Service& service, std::uint16_t port,
                                             const std::string& dir) {
  base::require(service.builtin.has_value(), "a service that is a builtin");
  switch (*service.builtin) {
    case model::Service::Builtin::postgres:
      return postgres(service, port, dir);
    case model::Service::Builtin::redis:
      return redis(service, port, dir);
    case model::Service::Builtin::nats:
      break;
  }
  return nats(service, port, dir);
}

}  // namespace seawall::worlds
