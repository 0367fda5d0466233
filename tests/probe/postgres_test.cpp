// Probes by SQL on a real PostgreSQL, started in a private folder, and on stand-ins that are none.
#include <csignal>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/net/port.hpp"
#include "support/catch.hpp"
#include "tests/probe/rig.hpp"

using namespace seawall;
using namespace seawall::probe::tests;
using namespace std::chrono_literals;

namespace {

// It refuses to run as root.
void become_another_user() {
  const passwd* user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
  if (!user) return;
  if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)
    _exit(1);
}

pid_t start(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  become_another_user();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const int nothing = open("/dev/null", O_RDWR);
  for (const int stream : {0, 1, 2}) dup2(nothing, stream);
  if (chdir("/") == 0) execv(pointers[0], pointers.data());
  _exit(127);
}

class Postgres {
 public:
  Postgres() {
    if (geteuid() == 0) {
      const passwd* user = getpwnam("postgres");
      REQUIRE(user != nullptr);
      REQUIRE(chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) == 0);
    }
    const std::string data = (folder_.path() / "data").string();
    int status = 0;
    waitpid(start({SEAWALL_INITDB, "-D", data, "-U", "app", "--auth=trust", "--no-sync"}), &status,
            0);
    REQUIRE(status == 0);
    const auto port = net::ReservedPort::reserve(0);
    REQUIRE(port.has_value());
    port_ = std::to_string(port->number());
    server_ = start({SEAWALL_POSTGRES, "-D", data, "-p", port_, "-h", "127.0.0.1", "-k", "", "-F"});
    bool ready = false;
    for (int i = 0; i < 600 && !ready; ++i) {
      ready = look("select 1") == "1";
      if (!ready) poll_a_moment();
    }
    REQUIRE(ready);
  }
  ~Postgres() {
    if (server_ <= 0) return;
    kill(server_, SIGQUIT);
    waitpid(server_, nullptr, 0);
  }
  Postgres(const Postgres&) = delete;

  std::string dsn() const { return "postgres://app:hunter2@127.0.0.1:" + port_ + "/postgres"; }
  // What is seen, without what was asked.
  std::string look(const std::string& sql) const { return look(sql_probe(dsn(), sql)); }
  std::string look(const model::Probe& probe) const {
    const std::string text = seen(probe);
    const std::size_t at = text.find("/postgres: ");
    return at == std::string::npos ? text : text.substr(at + 11);
  }

 private:
  static void poll_a_moment() {
    timespec time{0, 100'000'000};
    nanosleep(&time, nullptr);
  }

  Folder folder_;
  std::string port_;
  pid_t server_ = 0;
};

}  // namespace

TEST_CASE("a probe by SQL looks into PostgreSQL") {
  const Postgres postgres;
  CHECK(postgres.look("select coalesce(sum(x), 0) from generate_series(1, 4) as t(x)") == "10");
  CHECK(postgres.look("select 1.50::numeric") == "1.50");
  CHECK(postgres.look("select 'open'") == "open");
  CHECK(postgres.look("select 1 where false") == "no row; expected one row of one column");
  CHECK(postgres.look("select x from generate_series(1, 1000000) as t(x)") ==
        "several rows; expected one row of one column");
  CHECK(postgres.look("select 1, 2") == "2 columns; expected one row of one column");
  CHECK(postgres.look("select null") == "null; expected a value, such as by coalesce(..., 0)");
  CHECK(postgres.look("select x").find("column \"x\" does not exist") != std::string::npos);
  CHECK(postgres.look("select 1; select 2").find("cannot insert multiple commands") !=
        std::string::npos);
  CHECK(postgres.look("create table t (n int)") ==
        "a command; expected a query with one row of one column");

  model::Probe slow = sql_probe(postgres.dsn(), "select pg_sleep(1000)");
  slow.timeout = 500ms;
  CHECK(postgres.look(slow) == "no answer in time");

  const std::string wrong = seen(sql_probe("postgres://app:hunter2@127.0.0.1:1/none", "select 1"));
  CHECK(wrong.find("hunter2") == std::string::npos);
  CHECK(wrong.find("postgres://app:***@127.0.0.1:1/none") != std::string::npos);
  CHECK(wrong.find("Connection refused") != std::string::npos);
}

TEST_CASE("a server that is no PostgreSQL, or silent, is waited for no longer than the timeout") {
  const StandIn silent([](const std::string&) { return ""; });
  model::Probe probe = sql_probe("postgres://app@" + silent.place() + "/x", "select 1");
  probe.timeout = 100ms;
  CHECK(seen(probe).ends_with("no answer in time"));
  CHECK(seen(sql_probe("postgres://%zz", "select 1")).find("invalid percent-encoded token") !=
        std::string::npos);
}
