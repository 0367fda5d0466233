#include "harness/run/fault_commands.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/model/late_text.hpp"
#include "harness/os/errand.hpp"

namespace seawall::run {
namespace {

std::string shown(const model::Command& command) {
  std::vector<std::string> words;
  for (const model::LateText& word : command) words.push_back(model::shown(word));
  return os::to_text(words);
}

base::expected<std::vector<std::string>, std::string> completed(const model::Command& command,
                                                                const model::Addresses& known) {
  std::vector<std::string> words;
  for (const model::LateText& text : command) {
    auto word = model::complete(text, known);
    if (!word) return base::unexpected(word.error());
    words.push_back(std::move(*word));
  }
  return words;
}

}  // namespace

// One fault. `wanted` is what it was told, `begun` what it has done; its thread brings the second
// to the first.
struct FaultCommands::Deed {
  const model::Fault* fault = nullptr;
  std::uint16_t position = 0;
  os::Command start, undo;
  std::vector<std::string> secrets;

  bool wanted = false;
  bool begun = false;
  bool busy = false;
  std::stop_source hurry;  // ends a start that is to be undone
  std::optional<os::KeptNote> note;
  std::int64_t times = 0;  // it was begun
  std::vector<base::TimePoint> hits;
  std::string trouble;  // the first that went wrong in doing it
  std::string left;     // the first that went wrong in undoing it: worse, and never hidden

  std::jthread thread;  // last: it ends before the rest of this does

  void complain(std::string& first, std::string sentence) {
    if (first.empty()) first = model::without_secrets(std::move(sentence), secrets);
  }
};

FaultCommands::FaultCommands(const std::vector<model::Fault>& faults, Workplace workplace)
    : workplace_(std::move(workplace)) {
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (!faults[i].by_command()) continue;
    auto deed = std::make_unique<Deed>();
    deed->fault = &faults[i];
    deed->position = static_cast<std::uint16_t>(i);
    for (const model::Command* command : {&faults[i].start, &faults[i].undo})
      for (const model::LateText& text : *command) model::collect_secrets(text, deed->secrets);
    deeds_.push_back(std::move(deed));
  }
  for (const auto& deed : deeds_)
    deed->thread =
        std::jthread([this, &deed = *deed](const std::stop_token& stop) { serve(deed, stop); });
}

FaultCommands::~FaultCommands() {
  undo_all();
  for (const auto& deed : deeds_) deed->thread.request_stop();
  for (const auto& deed : deeds_) deed->thread.join();
}

base::expected<void, std::string> FaultCommands::prepare(const model::Addresses& known) {
  const std::lock_guard lock(mutex_);
  for (const auto& deed : deeds_) {
    auto start = completed(deed->fault->start, known);
    auto undo = completed(deed->fault->undo, known);
    if (!start || !undo)
      return base::unexpected(fmt::format("the commands of the fault {}: {}", deed->fault->name,
                                          start ? undo.error() : start.error()));
    deed->start.words = std::move(*start);
    deed->undo.words = std::move(*undo);
    deed->start.folder = deed->undo.folder = workplace_.root;
  }
  return {};
}

bool FaultCommands::has(std::uint16_t position) const { return find(position) != nullptr; }

FaultCommands::Deed* FaultCommands::find(std::uint16_t position) const {
  const auto at =
      std::ranges::find(deeds_, position, [](const auto& deed) { return deed->position; });
  return at == deeds_.end() ? nullptr : at->get();
}

void FaultCommands::arm(std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  Deed& deed = *find(position);
  base::require(!deed.start.words.empty(), "commands are prepared before a fault is armed");
  deed.wanted = true;
  changed_.notify_all();
}

void FaultCommands::heal(std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  Deed& deed = *find(position);
  deed.wanted = false;
  deed.hurry.request_stop();
  changed_.notify_all();
}

bool FaultCommands::is_undone(std::uint16_t position) const {
  const std::lock_guard lock(mutex_);
  const Deed& deed = *find(position);
  return !deed.wanted && !deed.begun && !deed.busy;
}

bool FaultCommands::idle() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(
      deeds_, [](const auto& deed) { return !deed->busy && deed->wanted == deed->begun; });
}

std::vector<std::string> FaultCommands::undo_all() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  for (const auto& deed : deeds_) {
    deed->wanted = false;
    deed->hurry.request_stop();
  }
  changed_.notify_all();
  changed_.wait(lock, [this] {
    return std::ranges::none_of(deeds_, [](const auto& deed) { return deed->busy || deed->begun; });
  });
  guard_.reset();
  return std::exchange(undone_, {});
}

void FaultCommands::serve(Deed& deed, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto has_work = [&deed] { return deed.wanted != deed.begun; };
  while (changed_.wait(lock, stop, has_work)) {
    deed.busy = true;
    if (deed.wanted)
      begin(deed, lock);
    else
      take_back(deed, lock);
    deed.busy = false;
    changed_.notify_all();
  }
}

// It counts as begun before it is: whatever a start that failed has done is undone too.
void FaultCommands::begin(Deed& deed, std::unique_lock<std::mutex>& lock) {
  deed.begun = true;
  ++deed.times;
  deed.hurry = std::stop_source();
  if (const auto noted = note(deed); !noted)
    return deed.complain(deed.trouble,
                         "was not done, because its undo could not be kept: " + noted.error());
  const std::stop_token hurry = deed.hurry.get_token();
  os::Command command = deed.start;
  command.channel = deed.note->holder();
  lock.unlock();
  const auto done = os::run_errand(workplace_.shim, command, longest_start, hurry);
  const base::TimePoint now = workplace_.clock();
  lock.lock();
  if (done)
    deed.hits.push_back(now);
  else
    deed.complain(deed.trouble, "was not done: " + shown(deed.fault->start) + ' ' + done.error());
}

void FaultCommands::take_back(Deed& deed, std::unique_lock<std::mutex>& lock) {
  if (deed.note) {
    lock.unlock();
    const auto done = os::run_errand(workplace_.shim, deed.undo, os::longest_undo);
    lock.lock();
    if (!done)
      deed.complain(deed.left,
                    "could not be undone: " + shown(deed.fault->undo) + ' ' + done.error());
    if (closing_)
      undone_.push_back(model::without_secrets(
          fmt::format("the fault {} {}", deed.fault->name,
                      done ? "is undone"
                           : "is NOT undone: " + shown(deed.fault->undo) + ' ' + done.error()),
          deed.secrets));
    deed.note->forget();
    deed.note.reset();
  }
  deed.begun = false;
}

base::expected<void, std::string> FaultCommands::note(Deed& deed) {
  if (!guard_) {
    auto guard = os::UndoGuard::start(workplace_.program, workplace_.notes);
    if (!guard) return base::unexpected(guard.error());
    guard_ = std::move(*guard);
  }
  os::UndoNote note;
  note.what = "the fault " + deed.fault->name;
  note.words = deed.undo.words;
  note.folder = deed.undo.folder;
  note.secrets = deed.secrets;
  auto kept = os::KeptNote::keep(workplace_.notes, fmt::format("{:06}", ++notes_), note);
  if (!kept) return base::unexpected(kept.error());
  deed.note = std::move(*kept);
  return {};
}

void FaultCommands::tell(record::Record& record) const {
  const std::lock_guard lock(mutex_);
  for (const auto& deed : deeds_) {
    record::FaultUse& use = record.faults.at(deed->position);
    use.reached = deed->times;
    use.hit = static_cast<std::int64_t>(deed->hits.size());
    use.trouble = deed->trouble;
    if (!deed->left.empty()) use.trouble += (use.trouble.empty() ? "" : "\nand ") + deed->left;
    for (const base::TimePoint t : deed->hits) {
      record::Event event;
      event.t = t;
      event.kind = record::Event::Kind::hit;
      event.name = deed->fault->name;
      event.where = "command";
      record.events.push_back(std::move(event));
    }
  }
}

}  // namespace seawall::run
