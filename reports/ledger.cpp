#include "reports/ledger.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <set>
#include <string_view>
#include <utility>
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

// What the findings of a verdict speak of: orders, and writes as "write 281 of payment".
class NamedRows {
 public:
  explicit NamedRows(const record::Verdict& verdict) {
    for (const record::Finding& finding : verdict.findings) {
      orders_.insert(finding.orders.begin(), finding.orders.end());
      add_writes(finding.why);
    }
  }

  bool has(const LedgerRow& row) const {
    return orders_.contains(row.order.view()) || writes_.contains({row.lsn, row.node.view()});
  }

 private:
  void add_writes(std::string_view why) {
    constexpr std::string_view write = "write ";
    constexpr std::string_view of = " of ";
    for (std::size_t at = why.find(write); at != why.npos; at = why.find(write)) {
      why.remove_prefix(at + write.size());
      std::uint64_t lsn = 0;
      const char* const end = why.data() + why.size();
      const auto [rest, error] = std::from_chars(why.data(), end, lsn);
      const std::string_view after = why.substr(static_cast<std::size_t>(rest - why.data()));
      if (error != std::errc() || !after.starts_with(of)) continue;
      const std::string_view node = after.substr(of.size());
      writes_.emplace(lsn, node.substr(0, node.find_first_of(" ,;:.()")));
    }
  }

  std::set<std::string_view> orders_;  // of the verdict, as the nodes
  std::set<std::pair<std::uint64_t, std::string_view>> writes_;
};

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
  if (rows.size() <= most) return out;
  out += "{\"omitted\":" + std::to_string(rows.size() - most) + "}\n";
  const NamedRows named(report.verdict);
  std::size_t room = most_named_rows;
  for (std::size_t i = most; i < rows.size() && room > 0; ++i) {
    if (!named.has(*rows[i])) continue;
    append_row(out, *rows[i], record.time_zero);
    --room;
  }
  return out;
}

std::string ledger_jsonl(const RunReport& report) { return ledger_jsonl(report, lines_of_file); }

}  // namespace seawall::reports
