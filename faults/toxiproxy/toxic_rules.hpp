// What a client may say about a toxic, and what follows from what it leaves out.
#pragma once
#include "faults/toxiproxy/proxies.hpp"

namespace seawall::toxiproxy {

// A new toxic beside `existing`, whose names it must not have.
Outcome<Toxic> new_toxic(const ToxicInput& input, const std::vector<Toxic>& existing);
// Several, each beside those before it.
Outcome<std::vector<Toxic>> new_toxics(const std::vector<ToxicInput>& inputs);
// `toxic` with what the input names laid over it.
Outcome<Toxic> updated_toxic(Toxic toxic, const ToxicInput& input);

}  // namespace seawall::toxiproxy
