// Records made by hand, as stories of orders: each step writes the rows that a right shop would
// write, and a test spoils what it is about.
//
//   Story story;
//   story.confirmed("1");
//   story.captured("1", "charge-1");   // once more
//   CHECK(broken(story, "no-double-charge", "1"));
#pragma once
#include <map>
#include <string>

#include "harness/check/judge.hpp"

namespace seawall::check {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using record::Event;
using record::Exchange;
using record::Finding;
using Row = record::LedgerRow;
using Machine = Row::Machine;
using Status = Finding::Status;
using Told = model::Told::Kind;

class Story {
 public:
  // A load phase of 60 s from time 0, everything at rest at 65 s; 1,000 pieces of sku-1 and sku-2.
  Story();

  model::Scenario scenario;
  record::Record record;

  // Time counts from time 0 of the run.
  static TimePoint at(Duration t) { return TimePoint(100s) + t; }
  TimePoint now() const { return now_; }
  void go_to(Duration t) { now_ = at(t); }
  void wait(Duration time) { now_ += time; }

  // Any row, at the next lsn of the node, now. References stay good.
  Row& row(const std::string& node, Machine machine, const std::string& order,
           const std::string& from, const std::string& to);

  // Steps. The order's number is its subject's; its client's key is "k-<order>".
  Row& place(const std::string& order, std::int64_t quantity = 2);
  Row& intent(const std::string& order, const std::string& step);
  Row& moved(const std::string& order, const std::string& from, const std::string& to,
             const std::string& cause = "");
  Row& reserved(const std::string& order, std::int64_t quantity = 2,
                const std::string& sku = "sku-1");
  Row& released(const std::string& order, const std::string& cause = "release");
  Row& sold(const std::string& order);
  Row& captured(const std::string& order, const std::string& key);
  Row& refunded(const std::string& order, const std::string& key);
  Row& shipped(const std::string& order);
  Row& ended(const std::string& order, const std::string& how);
  Row& letter(const std::string& order, const std::string& from, const std::string& to);

  // Whole orders, from the client's request to its answer.
  void confirmed(const std::string& order, std::int64_t quantity = 2);
  void declined(const std::string& order);      // 402
  void timed_out(const std::string& order);     // charge in doubt, refunded; the client gets a 503
  void out_of_stock(const std::string& order);  // 409

  // One request as its client and the link into the order service saw it, answered now.
  void told(const std::string& order, Told kind, int status, const std::string& reason = "");
  Exchange& history(const std::string& order, Told kind, int status,
                    const std::string& reason = "");
  Exchange& wire(const std::string& from, const std::string& to, const std::string& order,
                 const std::string& operation);
  Event& event(Event::Kind kind, const std::string& where, const std::string& name = "",
               const std::string& what = "");
  // A fault of the scenario on "order -> payment" that acted in this time, often enough.
  void fault(const std::string& name, Duration from, Duration to);

  std::uint64_t last_lsn(const std::string& node) const;
  base::Subject subject(const std::string& order) const;

 private:
  TimePoint now_;
  std::map<std::string, std::uint64_t> lsn_;
  std::map<std::string, std::int64_t> available_;
  std::int64_t balance_ = 0;
};

Finding judged(const Story& story, const std::string& invariant);
Status status(const Story& story, const std::string& invariant);
// Whether the invariant is broken, by this order first; what it says must name a row.
bool broken(const Story& story, const std::string& invariant, const std::string& order);
// The names of all broken invariants, separated by blanks.
std::string all_broken(const Story& story);

}  // namespace seawall::check
