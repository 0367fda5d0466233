#include "faults/proxy/link.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "faults/http/conversation.hpp"
#include "faults/kinds/kind.hpp"

namespace seawall::proxy {

namespace {

using Before = plan::Effect::Before;

// The port is ours, so what is missing to listen is a descriptor: one may be free soon.
constexpr Duration soon = std::chrono::milliseconds(50);

// Before the name of a fault of somebody outside, so that it is not taken for one of the run, whose
// names have no line breaks.
constexpr std::string_view outside = "outside\n";

relay::Link::Settings settings_of(const base::Link& link, std::uint16_t port, const Way& way,
                                  std::shared_ptr<http::Overseer> overseer) {
  relay::Link::Settings settings;
  settings.name = base::to_text(link);
  settings.listen = {"127.0.0.1", port};
  settings.upstream = {way.callee.host, way.callee.port};
  settings.callee_tls = way.callee_tls;
  if (!way.reads_http) return settings;
  return http::with_conversations(std::move(settings), std::move(overseer));
}

}  // namespace

Link::Link(Surroundings& around, relay::Relay& relay, base::Link link, net::ReservedPort port,
           const Way& way)
    : around_(around),
      link_(std::move(link)),
      port_(std::move(port)),
      account_(std::make_shared<Account>(around, link_, way.callee_finishes)),
      tcp_(relay.add(settings_of(link_, port_.number(), way, account_))),
      callers_tell_(way.callers_tell) {}

Link::~Link() {
  around_.loop.cancel(admit_again_);
  count_streams();
  account_->close();
  tcp_->reset_connections();
}

void Link::callee_up() {
  callee_up_ = true;
  faults_changed();
  if (std::exchange(releases_, false)) tcp_->hurry_asides();
}

void Link::callee_down() {
  callee_up_ = false;
  faults_changed();
}

bool Link::was_used() const {
  return called_in_vain_ || tcp_->counters().accepted > 0 || tcp_->hung_connects() > 0;
}

void Link::faults_changed() {
  const Armory::Armed all = around_.armory.armed();
  meet_cuts(*all);
  // To whoever is connected already, however lately.
  const bool refuses = standing_effect(*all, TimePoint::max()).before == Before::refuse;
  const Before newcomers = standing_effect(*all, {}).before;
  const bool hangs = newcomers == Before::hang;
  note_hanging(hangs, all);
  set_streams(*all);
  const bool nobody = !callee_up_ || refuses || meddling_.shut;
  if (nobody || newcomers == Before::refuse)
    admit(Admission::refused);
  else
    admit(hangs ? Admission::hanging : Admission::open);
  if (nobody) tcp_->reset_connections();
}

void Link::set_streams(const std::vector<plan::Armed>& armed) {
  count_streams();
  std::vector<plan::StreamFault> streams;
  std::vector<Told> told;
  for (const plan::Armed& one : armed) {
    if (!one.fault->covers(link_)) continue;
    for (plan::StreamFault& stream : kinds::stream_faults(*one.fault)) {
      const auto before = std::find_if(streams_.begin(), streams_.end(), [&](const auto& other) {
        return other.name == stream.name && other.direction == stream.direction;
      });
      told.push_back(before == streams_.end() ? Told{one.position}
                                              : told_[before - streams_.begin()]);
      streams.push_back(std::move(stream));
    }
  }
  told_ = std::move(told);
  for (plan::StreamFault stream : meddling_.streams) {
    stream.name.insert(0, outside);
    streams.push_back(std::move(stream));
  }
  if (streams == streams_) return;
  streams_ = streams;
  tcp_->set_faults(std::move(streams));
}

// A connection on which a fault acts both ways is one.
void Link::count_streams() {
  const auto hits = tcp_->hits();
  std::map<std::uint16_t, Told> news;
  for (std::size_t i = 0; i < hits.size() && i < told_.size(); ++i) {
    Told& told = told_[i];
    Told& both = news[told.position];
    both.came = std::max(both.came, hits[i].came - told.came);
    both.acted = std::max(both.acted, hits[i].acted - told.acted);
    told.came = hits[i].came;
    told.acted = hits[i].acted;
  }
  for (const auto& [position, met] : news)
    around_.armory.met_streams(position, link_, met.came, met.acted, around_.loop.now());
}

void Link::meddle(Meddling meddling) {
  meddling_ = std::move(meddling);
  faults_changed();
}

std::vector<relay::Link::Hits> Link::meddled() const {
  std::vector<relay::Link::Hits> hits = tcp_->hits();
  hits.erase(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(told_.size()));
  return hits;
}

void Link::meet_cuts(const std::vector<plan::Armed>& armed) {
  const std::vector<std::uint16_t> before = std::exchange(cutting_, {});
  std::vector<std::pair<std::uint16_t, plan::Cut>> cuts;
  bool resets = false;
  for (const plan::Armed& fault : armed) {
    const plan::Cut cut = plan::cut_by(fault, link_);
    if (!cut.any()) continue;
    cutting_.push_back(fault.position);
    if (std::binary_search(before.begin(), before.end(), fault.position)) continue;
    cuts.emplace_back(fault.position, cut);
    if (cut.resets && !callers_tell_) count_idle(fault.position);
    resets = resets || cut.resets;
  }
  if (cuts.empty()) return;
  account_->add_cuts(cuts);
  tcp_->nudge();
  if (resets) tcp_->reset_connections();
}

void Link::count_idle(std::uint16_t position) {
  const auto open = static_cast<std::int64_t>(tcp_->counters().open);
  const std::int64_t idle = open - static_cast<std::int64_t>(account_->flights());
  if (idle > 0) around_.armory.met_streams(position, link_, idle, idle, around_.loop.now());
}

plan::Effect Link::standing_effect(const std::vector<plan::Armed>& armed,
                                   std::optional<TimePoint> opened) const {
  std::vector<plan::Armed> standing;
  std::copy_if(armed.begin(), armed.end(), std::back_inserter(standing),
               [](const plan::Armed& one) { return plan::is_unconditional(*one.fault); });
  const model::Request any(model::Method::get, "/");
  return plan::decide(around_.seed, standing, link_, any, {}, opened).effect;
}

void Link::note_hanging(bool hangs, const Armory::Armed& armed) {
  if (hangs) {
    hanging_ = armed;
    hung_until_ = TimePoint::max();
  } else if (hung_until_ == TimePoint::max()) {
    hung_until_ = around_.loop.now();
  }
}

void Link::admit(Admission admission) {
  around_.loop.cancel(admit_again_);
  if (admission == admission_) return;
  if (admission == Admission::refused) {
    (void)tcp_->admit(admission);
    admission_ = admission;
    return;
  }
  auto done = tcp_->admit(admission);
  if (done) done = tcp_->start();
  if (done)
    admission_ = admission;
  else
    admit_again_ = around_.loop.at(around_.loop.now() + soon, [this] { faults_changed(); });
}

void Link::release_held() {
  if (callee_up_) return tcp_->hurry_asides();
  tcp_->hold_asides();
  releases_ = true;
}

// A call may have given up after the heal.
void Link::not_sent(model::Request request, model::Failure failure, TimePoint began) {
  called_in_vain_ = true;
  const Armory::Armed met = began < hung_until_ ? hanging_ : around_.armory.armed_since(began);
  account_->not_sent(std::move(request), failure, met);
}

}  // namespace seawall::proxy
