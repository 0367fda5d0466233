// What every page of ours holds once: how it looks, on a screen in light and dark, on a telephone
// and on paper, and the script that shows values where the pointer is. A page is complete without
// the script; viewers of CI artifacts run none.
#pragma once
#include <string>
#include <string_view>

namespace seawall::charts {

// A whole document. `body` is markup, `title` is text.
std::string html_page(std::string_view title, std::string_view body);

// A drawing in a frame of its own, in which it can be moved sideways where the screen is narrow.
std::string figure(std::string_view svg);
// One that is not shown on a narrow screen, where something else stands for it.
std::string wide_figure(std::string_view svg);

}  // namespace seawall::charts
