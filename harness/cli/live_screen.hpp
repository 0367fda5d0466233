// A block of lines at the lower end of what a terminal shows, which is drawn over and over in its
// place. It sets no mode of the terminal, so that there is nothing to restore, however the program
// ends: what was drawn stays as text.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace seawall::cli {

struct Size {
  std::size_t width = 80;
  std::size_t height = 24;
};

class LiveScreen {
 public:
  // `write` gets bytes for the terminal; `size` is asked at each drawing, because windows change.
  LiveScreen(std::function<void(const std::string&)> write, std::function<Size()> size);

  // In the place of the lines before.
  void draw(const std::vector<std::string>& lines);
  // Takes the block away; what is written next stands in its place.
  void clear();
  // Somebody else has written below the block: it stays as it is, and the next begins below that.
  void leave() { rows_.clear(); }
  Size size() const { return size_(); }

  // Of the terminal that stderr is; 80 by 24 where it does not tell.
  static Size of_stderr();

 private:
  std::string erasing() const;

  std::function<void(const std::string&)> write_;
  std::function<Size()> size_;
  std::vector<std::size_t> rows_;  // columns of each line that stands there
};

// Whether stderr is a terminal on which lines can be drawn again, and whose user reads along: not a
// dumb one, and none of a CI job.
bool can_draw_live();

}  // namespace seawall::cli
