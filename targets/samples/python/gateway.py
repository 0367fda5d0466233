"""Gateway: where clients come in. It passes orders on, and shows an order with its payment and its
reservation side by side.

In the environment: ORDER, PAYMENT and INVENTORY, HOST:PORT; and a switch that shows what is often
copied: BREAKER = faults or everything."""

import asyncio
import os

from circuitbreaker import CircuitBreaker, CircuitBreakerError
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from calls import Refused, ServiceClient

FAILURES_IN_A_ROW = 5
OPEN_FOR = 1  # second


def is_fault(_, error: BaseException) -> bool:
    """Whether an error says that the callee is not well. A refusal is an answer, and a good one."""
    return not isinstance(error, Refused)


class Callee:
    """A service with its own breaker: one that is down takes no other with it."""

    def __init__(self, name: str):
        counts = Exception if os.environ.get("BREAKER") == "everything" else is_fault
        client = ServiceClient(os.environ[name.upper()], timeout=2)
        # Only what it decorates is refused while it is open.
        self.request = CircuitBreaker(FAILURES_IN_A_ROW, OPEN_FOR, counts, name)(client.request)


order, payment, inventory = Callee("order"), Callee("payment"), Callee("inventory")
app = FastAPI()


@app.post("/api/orders")
async def place(body: dict):
    try:
        return JSONResponse(await order.request("POST", "/orders", body), 201)
    except Refused as refusal:
        return JSONResponse({"reason": refusal.reason}, refusal.status)
    except CircuitBreakerError:
        return JSONResponse({"reason": "the breaker of order is open"}, 503)
    except Exception as error:
        return JSONResponse({"reason": repr(error)}, 503)


@app.get("/api/orders/{order_id}")
async def show(order_id: str):
    """A part that cannot be had is null, and named in `degraded`."""
    found = await asyncio.gather(
        order.request("GET", f"/orders/{order_id}"),
        payment.request("GET", f"/payments/{order_id}"),
        inventory.request("GET", f"/reservations/{order_id}"),
        return_exceptions=True,
    )
    parts = dict(zip(["order", "payment", "inventory"], found))
    missing = [name for name, part in parts.items() if isinstance(part, Exception)]
    if "order" in missing:
        return JSONResponse({"reason": "the order cannot be had"}, 503)
    return {**parts, **dict.fromkeys(missing), "degraded": missing}


@app.get("/health/live")
async def live():
    return {}
