#!/usr/bin/env python3
"""Which reservations were neither committed nor released: a count, as JSON."""
import json

open_orders = set()
for line in open("inventory.log"):
    action, order = line.split()
    if action == "reserve":
        open_orders.add(order)
    else:
        open_orders.discard(order)
print(json.dumps({"orphaned_reservations": len(open_orders)}))
