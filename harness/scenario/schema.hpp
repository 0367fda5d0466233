// The JSON Schema (draft 7) of scenario files, for editors: keys, types, words, units and what a
// kind of fault takes. It comes from the same descriptions that the reader decodes by, so the two
// cannot drift apart. A schema knows no meaning: what a condition says, whether a link exists, or
// what the kind of the target takes, only `seawall validate` tells.
//
//   describe(visitor, Scenario) + Vocabulary ──▶ TableShape ──▶ { properties, if/then/else }
#pragma once
#include <boost/json/object.hpp>

#include "harness/model/vocabulary.hpp"

namespace seawall::scenario {

// `words` are those of the shop. What the environment says for a word (`type = "${env.KIND}"`) is
// taken by the reader and by no schema.
boost::json::object scenario_schema(const model::Vocabulary& words);

}  // namespace seawall::scenario
