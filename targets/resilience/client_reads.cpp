// What a client answers when a read came to nothing.
#include <utility>

#include "targets/resilience/client.hpp"

namespace seawall::resilience {

using FallbackKind = model::Fallback::Kind;

bool Client::falls_back(std::string_view part, base::Subject subject) {
  if (!policy_.fallback) return false;
  degrade(part, {}, subject);
  return true;
}

bool Client::has_substitutes() const {
  return policy_.fallback && policy_.fallback->kind != FallbackKind::partial;
}

std::optional<Substitute> Client::substitute(std::string_view path, std::string_view part,
                                             base::Subject subject) {
  if (!has_substitutes()) return std::nullopt;
  Substitute substitute;
  if (last_good_) {
    const KeptReads::Kept* kept = last_good_->find(env_.now(), path, policy_.fallback->max_stale);
    if (!kept) return std::nullopt;
    substitute.body = kept->body;
    substitute.age = env_.now() - kept->at;
  } else {
    substitute.body = policy_.fallback->answer;
  }
  degrade(part, model::name_of(policy_.fallback->kind), subject);
  return substitute;
}

void Client::degrade(std::string_view part, std::string_view how, base::Subject subject) {
  ++left_out_;
  record::Event event;
  event.kind = record::Event::Kind::degraded;
  event.where = link_.from;
  event.name = part;
  event.what = how;
  event.subject = subject;
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
