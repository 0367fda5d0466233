#include "reports/ledger.hpp"

#include <algorithm>
#include <concepts>
#include <string_view>
#include <vector>

#include "harness/model/json_codec.hpp"

namespace seawall::reports {
namespace {

using record::LedgerRow;

// The members of a row, called by its describe().
class RowMembers {
 public:
  explicit RowMembers(std::string& out) : out_(out) {}

  template <class T>
  void field(std::string_view name, const T& value, const model::Field&) {
    if constexpr (std::same_as<T, base::TimePoint>) {
      return;  // it stands first
    } else if constexpr (std::same_as<T, base::ShortText>) {
      text(name, value.view());
    } else if constexpr (std::same_as<T, base::Subject>) {
      if (value.kind != base::Subject::Kind::none) text(name, base::to_text(value));
    } else if constexpr (std::same_as<T, base::Money>) {
      number(name, value.minor);
    } else if constexpr (model::NamedEnum<T>) {
      text(name, model::name_of(value));
    } else {
      static_assert(std::integral<T>);
      number(name == "lsn" ? "write" : name, value);
    }
  }

 private:
  void text(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    begin(name);
    model::append_json_string(out_, text);
  }
  template <std::integral Number>
  void number(std::string_view name, Number value) {
    if (value == 0) return;
    begin(name);
    // Readers of JSON may have no more than 53 bits for a number, and a hash has all.
    const bool is_hash = name.ends_with("_hash");
    if (is_hash) out_ += '"';
    out_ += std::to_string(value);
    if (is_hash) out_ += '"';
  }
  void begin(std::string_view name) { out_.append(",\"").append(name).append("\":"); }

  std::string& out_;
};

void append_row(std::string& out, const LedgerRow& row, base::TimePoint time_zero) {
  out.append("{\"t\":").append(std::to_string((row.t - time_zero).count()));
  RowMembers members(out);
  describe(members, const_cast<LedgerRow&>(row));  // which only reads: see field()
  out += "}\n";
}

}  // namespace

std::string ledger_jsonl(const RunReport& report, std::size_t most) {
  const record::Record& record = *report.record;
  std::vector<const LedgerRow*> rows;
  rows.reserve(record.ledger.size());
  for (const LedgerRow& row : record.ledger) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const LedgerRow* a, const LedgerRow* b) { return a->t < b->t; });
  std::string out;
  for (std::size_t i = 0; i < rows.size() && i < most; ++i)
    append_row(out, *rows[i], record.time_zero);
  if (rows.size() > most) out += "{\"omitted\":" + std::to_string(rows.size() - most) + "}\n";
  return out;
}

std::string ledger_jsonl(const RunReport& report) { return ledger_jsonl(report, lines_of_file); }

}  // namespace seawall::reports
