// The shop: the system under test, as data and factories. The five services, the links between
// them, and the words that a scenario may use of them.
//
//   client -> gateway -+-> order -+-> inventory     writes: the saga
//                      |          +-> payment
//                      |          +-> shipping
//                      +-> payment, inventory, shipping   reads
#pragma once
#include <map>
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/model/vocabulary.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::shop {

// The services with the scenario's policies, saga, capacity and stock. It keeps a copy of the
// scenario.
runtime::Target make_target(const model::Scenario& scenario);

// What a scenario's reader must know of the shop.
std::vector<std::string> services();
std::vector<base::Link> links();  // "client -> gateway" included
std::vector<base::Link> links_to(std::string_view service);
// place-order, read-order, view-order, read-sku
std::vector<model::RequestSpec> requests();
// By name: see presets.cpp.
std::map<std::string, model::Preset> presets();
std::map<std::string, model::Capacity> capacity();
std::map<std::string, std::int64_t> stock();

// Adds all of these to the vocabulary.
void add_words(model::Vocabulary& vocabulary);

}  // namespace seawall::shop
