// A world over sockets whose nodes are processes: how they live, die, stand still and come back.
// What a process is (a node of the shop, a service that somebody wrote) is for the world to say.
//
//   launch --> alive --ready--> serves --pause, drain--> ... --kill, end--> gone --> launch ...
//
// A crash is SIGKILL, a pause SIGSTOP. Processes die at the request of the run and of links, and by
// themselves, each seen on a thread of its own; they are launched again on one more.
#pragma once
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/worlds/over_sockets.hpp"
#include "harness/worlds/supervisor.hpp"

namespace seawall::worlds {

class ProcessWorld : public OverSockets {
 public:
  void heal_all() final;
  bool quiet() const final;

 protected:
  // A node with what it keeps over its processes.
  struct Host {
    explicit Host(std::string n) : name(std::move(n)) {}
    virtual ~Host() = default;

    // Launches a process; its predecessor, if any, is gone. The world is told by serves() that it
    // can be used, and by gone() that nothing of it is left.
    virtual base::expected<void, std::string> launch() = 0;
    virtual bool signal(int number) = 0;
    virtual void kill() = 0;
    // How it ended, and its last lines.
    virtual std::string story() const = 0;
    // It is to finish what it has and end, within this time; end_drain() when the time is over.
    virtual void drain(base::Duration time) = 0;
    // It is not to end after all: whether it can still do that.
    virtual bool serve_on() = 0;
    // Hears all that it said before its end.
    virtual void hear_out() = 0;
    // Before it is launched: nobody awaits an earlier incarnation any longer.
    virtual void end_waiting() {}
    // Whether it has answered all that it was asked, as far as it tells.
    virtual bool idle() const = 0;

    const std::string name;

    // Under the lock of the world.
    bool alive = false;   // launched, and neither killed nor ended
    bool is_gone = true;  // nothing is left of the process
    bool serves = false;
    bool restarts = false;  // by itself, later
    bool wanted = false;    // to be started as soon as it is gone
    int pauses = 0;
    bool drains = false;
    std::uint16_t drained_by = 0;
    TimePoint died{};
    std::optional<base::Duration> restart_after;
    std::int64_t incarnations = 0;
    // Whether it does what it is asked for: to end, say.
    bool listens() const { return serves && pauses == 0 && !drains; }
  };

  explicit ProcessWorld(const runtime::WorldSetup& setup);

  void crash(const std::string& node, std::uint16_t position) final;
  std::optional<bool> strike(const plan::Armed& fault) override;
  void relieve(const plan::Armed& fault) override;

  // ---- What hosts say, each on a thread of its own.
  void serves(Host& host);
  void gone(Host& host);
  // Somebody else may have killed it meanwhile, or it was told to serve on.
  void end_drain(Host& host);

  // Whoever kills or pauses it while it is being launched finds it alive, and that is done when it
  // is there.
  base::expected<void, std::string> launch(Host& host);
  // Nothing starts any more from now on. False where that was so before.
  bool end_launching();

  bool kill(Host& host, std::uint16_t position);
  // An event of the node.
  void tell(const Host& host, std::string what);

  net::Loop loop_;                            // on which processes are launched again
  std::vector<std::unique_ptr<Host>> hosts_;  // as the target's services
  Supervisor supervisor_;                     // after those whose functions its processes call

 private:
  bool kill_locked(Host& host, std::uint16_t position);
  void mark_dead_locked(Host& host);
  void launch_again(Host& host);
  void drain(Host& host, const plan::Armed& fault);
  bool pause(Host& host);
  void resume(Host& host);

  std::thread thread_;  // of the loop
};

}  // namespace seawall::worlds
