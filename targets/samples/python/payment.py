"""Payment: charges cards and refunds orders. A card called "bad" is declined."""

from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from store import number_of, open_store

store = open_store(
    """
    CREATE TABLE IF NOT EXISTS charge (
        id INTEGER PRIMARY KEY, order_id TEXT, amount INTEGER, key TEXT UNIQUE);
    CREATE TABLE IF NOT EXISTS refund (order_id TEXT PRIMARY KEY);
    """
)
app = FastAPI()


class Charge(BaseModel):
    order: str
    amount: int
    card: str


class Refund(BaseModel):
    order: str


@app.post("/charge", status_code=201)
async def charge(body: Charge, idempotency_key: str | None = Header(default=None)):
    """A key that was used gets the first answer. An order that was refunded is charged no more: the
    charge is a late one of a saga that has given up."""
    if body.card == "bad":
        return JSONResponse({"reason": "declined"}, 402)
    if store.execute("SELECT 1 FROM refund WHERE order_id = ?", [body.order]).fetchone():
        return JSONResponse({"reason": "refunded"}, 409)
    store.execute(
        "INSERT OR IGNORE INTO charge (order_id, amount, key) VALUES (?, ?, ?)",
        [body.order, body.amount, idempotency_key],
    )
    return {"order": body.order, "status": "captured"}


@app.post("/refund")
async def refund(body: Refund):
    """May come twice, and before the charge or without one."""
    store.execute("INSERT OR IGNORE INTO refund VALUES (?)", [body.order])
    return {"order": body.order, "status": "refunded"}


@app.get("/payments/{order}")
async def show(order: str):
    row = store.execute("SELECT sum(amount) FROM charge WHERE order_id = ?", [order]).fetchone()
    if row[0] is None:
        return JSONResponse({"reason": "unknown"}, 404)
    return {"order": order, "captured": row[0]}


@app.get("/audit")
async def audit():
    """For those who look from outside: charges of orders that had been charged, and the money that
    was taken and not given back."""
    return {
        "charged_again": number_of(store, "SELECT count(*) - count(DISTINCT order_id) FROM charge"),
        "captured": number_of(
            store,
            "SELECT sum(amount) FROM charge WHERE order_id NOT IN (SELECT order_id FROM refund)",
        ),
    }


@app.get("/health/live")
async def live():
    return {}
