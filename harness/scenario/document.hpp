// From files to one tree: `extends`, the overlay of variants and of --set, and what every list
// entry is called. Nothing here knows what the keys mean, but for where lists merge by name.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// Gives the text of a file, or a sentence that says why not.
using LoadFile = std::function<base::expected<std::string, std::string>(const std::string& path)>;

// The lists whose entries merge by name, each entry written [[...]]; the path is in dots. Entries
// may be `disabled`.
bool is_entry_list(std::string_view path);

// Reads from the disk.
base::expected<std::string, std::string> load_from_disk(const std::string& path);
// The same for files of data, which may be larger.
base::expected<std::string, std::string> load_data_from_disk(const std::string& path);

// Reads `name` with everything that it extends, merged. Nothing where a file is missing or is no
// TOML.
std::optional<Value> read_document(const std::string& name, std::string text, const LoadFile& load,
                                   Sources& sources, Problems& problems);

// Lays `overlay` over `base`: tables merge key by key, entries of the lists of the language by
// name, everything else is replaced. A table over a list addresses its entries by name.
void merge(Value& base, Value overlay, Problems& problems);

// "PATH=VALUE" as an overlay. `source` says what it is called in messages ("--set").
std::optional<Value> parse_setting(const std::string& source, const std::string& text,
                                   Sources& sources, Problems& problems);

// A setting that parse_setting() takes, as a line of a file.
std::string setting_as_toml(const std::string& text);

// `value` at `path`, a PATH as above, as an overlay; `place` is where the path was written.
std::optional<Value> overlay_at(const std::string& path, Place place, const Value& value,
                                Sources& sources, Problems& problems);

// Whether two overlays say anything of the same value, or one of what the other is a part of.
bool overlap(const Value& a, const Value& b);

// Gives every entry the name that it has by default, and makes one fault of each line of a plan.
void name_entries(Value& document, Problems& problems);

}  // namespace seawall::scenario
