// What the kernel allows a process.
#pragma once

namespace seawall::os {

// As many descriptors as the kernel lets us have: a request in flight takes four on each link that
// it is on, and the usual limit is 1024. Children inherit it.
void raise_descriptor_limit();

}  // namespace seawall::os
