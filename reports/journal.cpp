#include "reports/journal.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "harness/model/json_codec.hpp"

namespace seawall::reports {
namespace {

using record::Exchange;

void append_text(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append(",\"").append(name).append("\":");
  model::append_json_string(out, text);
}

void append_number(std::string& out, std::string_view name, std::int64_t number) {
  out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

void append_faults(std::string& out, const Exchange& row,
                   const std::vector<record::FaultUse>& faults) {
  if (row.faults.empty()) return;
  out += ",\"faults\":[";
  for (std::size_t i = 0; i < row.faults.size(); ++i) {
    if (i > 0) out += ',';
    model::append_json_string(out, faults.at(row.faults[i]).name);
  }
  out += ']';
}

void append_line(std::string& out, const Exchange& row, const record::Record& record) {
  const std::string_view path = row.path.view();
  out.append("{\"t\":").append(std::to_string((row.sent - record.time_zero).count()));
  append_text(out, "link", base::to_text(row.link));
  if (row.index.subject.kind != base::Subject::Kind::none)
    append_text(out, "subject", base::to_text(row.index.subject));
  append_text(out, "operation", row.index.operation.view());
  append_text(out, "label", row.index.label.view());
  append_number(out, "n", row.index.n);
  append_text(out, "method", model::name_of(row.method));
  append_text(out, "path", path.substr(0, path.find('?')));
  append_text(out, "key", row.key.view());
  if (row.status != 0) append_number(out, "status", row.status);
  if (row.failure) append_text(out, "failure", model::name_of(*row.failure));
  if (row.ended != base::TimePoint{}) append_number(out, "ns", (row.ended - row.sent).count());
  if (row.copies != 1) append_number(out, "copies", row.copies);
  append_faults(out, row, record.faults);
  out += "}\n";
}

}  // namespace

std::string journal_jsonl(const RunReport& report, std::size_t most) {
  const record::Record& record = *report.record;
  std::vector<const Exchange*> rows;
  for (const Exchange& row : record.exchanges) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Exchange* a, const Exchange* b) { return a->sent < b->sent; });
  std::string out;
  for (std::size_t i = 0; i < rows.size() && i < most; ++i) append_line(out, *rows[i], record);
  if (rows.size() > most) out += "{\"omitted\":" + std::to_string(rows.size() - most) + "}\n";
  return out;
}

std::string journal_jsonl(const RunReport& report) { return journal_jsonl(report, lines_of_file); }

}  // namespace seawall::reports
