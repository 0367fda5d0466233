#include "faults/proxy/armory.hpp"

namespace seawall::proxy {

Armory::Armory(std::vector<plan::Armed> faults, runtime::FaultBooks::Emit emit,
               std::function<void()> on_seen)
    : books_(std::move(faults), std::move(emit)),
      on_seen_(std::move(on_seen)),
      armed_(std::make_shared<const std::vector<plan::Armed>>()) {}

void Armory::arm(std::uint16_t position, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.arm(position, now);
  list_armed(now);
}

void Armory::disarm(std::uint16_t position, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.disarm(position, now);
  list_armed(now);
}

void Armory::list_armed(TimePoint now) {
  if (!armed_->empty()) {
    last_ = armed_;
    last_until_ = now;
  }
  armed_ = std::make_shared<const std::vector<plan::Armed>>(books_.armed());
}

Armory::Armed Armory::armed() const {
  const std::lock_guard lock(mutex_);
  return armed_;
}

Armory::Armed Armory::armed_since(TimePoint began) const {
  const std::lock_guard lock(mutex_);
  return armed_->empty() && last_ && began < last_until_ ? last_ : armed_;
}

bool Armory::active(std::uint16_t position) const {
  const std::lock_guard lock(mutex_);
  return books_.active(position);
}

void Armory::met_call(const base::Link& link, const plan::Decision& decision, base::Subject subject,
                      TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.met_call(link, decision, subject, now);
}

void Armory::met_streams(std::uint16_t position, const base::Link& link, std::int64_t came,
                         std::int64_t acted, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.met_streams(position, link, came, acted, now);
}

void Armory::cut(std::uint16_t position, record::Exchange& row, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.cut(position, row, now);
}

void Armory::met_write(const plan::WriteDecision& decision, std::string_view node,
                       base::Subject subject, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.met_write(decision, node, subject, now);
}

void Armory::saw(const record::Exchange& row) {
  if (!books_.any_waits()) return;
  bool any = false;
  {
    const std::lock_guard lock(mutex_);
    any = books_.saw(row);
  }
  if (any && on_seen_) on_seen_();
}

bool Armory::seen(std::uint16_t position) const {
  const std::lock_guard lock(mutex_);
  return books_.seen(position);
}

void Armory::met_node(std::uint16_t position, std::string_view node, bool struck, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.met_node(position, node, struck, now);
}

void Armory::drained(std::uint16_t position, std::string_view node, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.drained(position, node, now);
}

void Armory::node_down(std::uint16_t position, std::string_view node) {
  const std::lock_guard lock(mutex_);
  books_.node_down(position, node);
}

void Armory::node_up(std::string_view node, TimePoint now) {
  const std::lock_guard lock(mutex_);
  books_.node_up(node, now);
}

std::vector<record::FaultUse> Armory::uses() const {
  const std::lock_guard lock(mutex_);
  return books_.uses();
}

}  // namespace seawall::proxy
