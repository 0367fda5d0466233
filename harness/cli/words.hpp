// The words of this program: what the scenario reader may find, put together from the tables of
// faults, measures, invariants and the shop. The one place where harness and target meet.
#pragma once
#include "harness/base/result.hpp"
#include "harness/model/vocabulary.hpp"
#include "harness/scenario/reader.hpp"

namespace seawall::cli {

const model::Vocabulary& words();

}  // namespace seawall::cli
