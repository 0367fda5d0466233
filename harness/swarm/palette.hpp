// What a run of the fuzzer draws its faults from: every kind of fault that the shop can meet in
// virtual time, at every point that its orders come to, and for a time on every link and service.
//
// Swarm configurations (Groce, Zhang, Eide, Chen, Regehr 2012): each run first draws which kinds
// there are at all, because faults that are always mixed hide what one kind alone would show.
//
//   run --draw--> kinds that are on --> how many faults --> each: a kind, a place, a time
//
// Every draw is keyed by the run and by the name of what is drawn, so that a new kind moves none of
// the others' switches.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "harness/explore/outcomes.hpp"

namespace seawall::swarm {

// The time in which faults of a run begin, and the end of its load.
struct Span {
  base::Duration busy{};
  base::Duration end{};
};

// The faults of one run, and which kind of the palette each is of.
struct Drawn {
  std::vector<explore::FaultText> faults;
  std::vector<std::size_t> kinds;
};

class Palette {
 public:
  // `points` are those of one order; every order has them.
  Palette(const model::Scenario& scenario, const std::vector<base::Link>& links,
          const std::vector<model::Point>& points, std::int64_t orders);

  Drawn draw(const base::KeyedRandom& run, const Span& span) const;

  // "drop_reply at a point", "pause for a time".
  std::vector<std::string> names() const;

 private:
  // Places at which it happens: lines of a plan without their subject, or what an entry [[fault]]
  // says beside its times.
  struct Kind {
    std::string name;
    std::vector<std::string> points;
    std::vector<std::vector<std::string>> entries;
    std::string lasts;  // the key of how long
  };

  Kind& kind(const std::string& name);
  void add_points(const std::vector<model::Point>& points, const model::Scenario& scenario);
  void add_link(const base::Link& link, const model::Scenario& scenario);
  void add_partitions(const base::Link& link);
  void add_service(const std::string& service, const std::vector<std::string>& nodes);
  void add_entry(const std::string& type, std::vector<std::string> keys,
                 const std::string& lasts = "for");
  std::vector<std::size_t> enabled(const base::KeyedRandom& run) const;
  static explore::FaultText timed(const Kind& kind, const base::KeyedRandom& draw,
                                  const Span& span);

  const std::int64_t orders_;
  std::vector<Kind> kinds_;  // in the order of the outcomes, the links and the services
};

}  // namespace seawall::swarm
