// The words of a scenario about the user's own system. Of the shop, services, links and requests
// come with the program; here they follow from the document: from [[service]], from [[link]], and
// from each ${link.A.B} that a service is wired with.
#pragma once
#include "harness/model/vocabulary.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// "shop" where the document says nothing, or nothing that is known.
std::string target_kind(const Value& document);

// For a document whose kind is not the shop. `all` has the words of the shop: the faults and
// measures that mean something here stay, the others go to `elsewhere`.
model::Vocabulary own_words(const Value& document, const model::Vocabulary& all);

}  // namespace seawall::scenario
