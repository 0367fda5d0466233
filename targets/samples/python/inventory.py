"""Inventory: reserves pieces for orders. There are plenty."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from store import number_of, open_store

store = open_store(
    """
    CREATE TABLE IF NOT EXISTS reservation (
        order_id TEXT PRIMARY KEY, sku TEXT, quantity INTEGER, released INTEGER DEFAULT 0);
    """
)
app = FastAPI()


class Reservation(BaseModel):
    order: str
    sku: str
    quantity: int


class Release(BaseModel):
    order: str


@app.post("/reserve", status_code=201)
async def reserve(body: Reservation):
    """May come twice. What was released is not reserved again: the request is a late one of a saga
    that has given up."""
    store.execute(
        "INSERT OR IGNORE INTO reservation (order_id, sku, quantity) VALUES (?, ?, ?)",
        [body.order, body.sku, body.quantity],
    )
    return {"order": body.order}


@app.post("/release")
async def release(body: Release):
    """May come twice, and before the reservation or without one."""
    store.execute(
        "INSERT INTO reservation VALUES (?, '', 0, 1) ON CONFLICT DO UPDATE SET released = 1",
        [body.order],
    )
    return {"order": body.order}


@app.get("/reservations/{order}")
async def show(order: str):
    row = store.execute("SELECT * FROM reservation WHERE order_id = ?", [order]).fetchone()
    return dict(row) if row else JSONResponse({"reason": "unknown"}, 404)


@app.get("/audit")
async def audit():
    """For those who look from outside: the pieces that are held."""
    held = number_of(store, "SELECT sum(quantity) FROM reservation WHERE NOT released")
    return {"held": held}


@app.get("/health/live")
async def live():
    return {}
