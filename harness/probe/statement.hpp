// Statements that change something: for who prepares a database, never for a probe.
#pragma once
#include <string>

#include "harness/base/result.hpp"
#include "harness/probe/look.hpp"

namespace seawall::probe {

// One statement of PostgreSQL, whatever it answers. It blocks its thread, at most to the limit. The
// error says what came, not what was asked.
base::expected<void, std::string> tell_postgres(const std::string& dsn, const std::string& sql,
                                                const Limit& limit);

}  // namespace seawall::probe
