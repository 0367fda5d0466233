#include "harness/os/undo_note.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/base/text.hpp"
#include "harness/os/errand.hpp"

namespace seawall::os {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".undo";
constexpr char separator = '\0';  // the one byte that no part of a note can have

// "what", "folder", the words, and the secrets, each with a separator behind it; an empty part ends
// it, so that a note that was cut short is known as one.
std::string written(const UndoNote& note) {
  std::string text;
  const auto add = [&text](const std::string& part) { (text += part) += separator; };
  add(note.what);
  add(note.folder);
  for (const std::string& word : note.words) add("=" + word);
  for (const std::string& secret : note.secrets) add("*" + secret);
  add("");
  return text;
}

std::optional<UndoNote> parsed(std::string_view text) {
  const auto parts = base::split(text, separator);
  if (parts.size() < 5 || !parts[parts.size() - 1].empty() || !parts[parts.size() - 2].empty())
    return std::nullopt;
  UndoNote note;
  note.what = parts[0];
  note.folder = parts[1];
  for (std::size_t i = 2; i + 2 < parts.size(); ++i) {
    if (parts[i].starts_with('='))
      note.words.emplace_back(parts[i].substr(1));
    else if (parts[i].size() > 1 && parts[i].starts_with('*'))
      note.secrets.emplace_back(parts[i].substr(1));
    else
      return std::nullopt;
  }
  if (note.words.empty()) return std::nullopt;
  return note;
}

std::string without(std::string text, const std::vector<std::string>& secrets) {
  constexpr std::string_view mask = "***";
  for (const std::string& secret : secrets)
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + mask.size()))
      text.replace(at, secret.size(), mask);
  return text;
}

// Newest first, by their names.
std::vector<fs::path> notes_in(const std::string& folder) {
  std::vector<fs::path> notes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == suffix) notes.push_back(entry.path());
  std::sort(notes.begin(), notes.end(), std::greater<>());
  return notes;
}

// Until nobody does the deed of this note any more. Its shim sees to that, and soon; where that was
// killed too, nobody knows when.
void await_end_of_deed(const fs::path& file) {
  constexpr int most_looks = 500;
  constexpr int between_looks = 20;  // milliseconds
  const Descriptor note(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  for (int look = 0; look < most_looks && ::flock(note.get(), LOCK_EX | LOCK_NB) != 0; ++look)
    ::poll(nullptr, 0, between_looks);
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

base::expected<KeptNote, std::string> KeptNote::keep(const std::string& folder,
                                                     const std::string& name,
                                                     const UndoNote& note) {
  const std::string file = (fs::path(folder) / (name + std::string(suffix))).string();
  const std::string draft = file + ".draft";
  Descriptor out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out || ::flock(out.get(), LOCK_SH) != 0 || !write_all(out.get(), written(note)) ||
      ::rename(draft.c_str(), file.c_str()) != 0)
    return base::unexpected("cannot write " + file + ": " + std::strerror(errno));
  return KeptNote(file, std::move(out));
}

void KeptNote::forget() { ::unlink(file_.c_str()); }

bool has_notes(const std::string& folder) { return !notes_in(folder).empty(); }

std::vector<Undoing> run_notes(const std::string& folder, const std::vector<std::string>& shim) {
  std::vector<Undoing> told;
  for (const fs::path& file : notes_in(folder)) {
    std::ifstream in(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto note = parsed(text);
    if (!note) {
      told.push_back({file.string() + " is no note of what to undo; remove its folder", false});
      continue;
    }
    await_end_of_deed(file);
    Command command;
    command.words = note->words;
    command.folder = note->folder;
    const auto done = run_errand(shim, command, longest_undo);
    if (done) {
      ::unlink(file.c_str());
      told.push_back({note->what + " of a run that was killed is undone", true});
    } else {
      told.push_back({note->what + " of a run that was killed is NOT undone: its command '" +
                          without(note->words.front() + "' " + done.error(), note->secrets) +
                          "\nIt is tried again at the next start, until " + folder + " is removed",
                      false});
    }
  }
  return told;
}

}  // namespace seawall::os
