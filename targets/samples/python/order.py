"""Order: keeps orders, and runs the saga of each: reserve the pieces, charge the card, confirm.

In the environment: STORE, a folder; INVENTORY and PAYMENT, HOST:PORT; and two switches that show
what is often copied: SAGA = durable or memory, KEYS = on or off."""

import os
import uuid
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from calls import Refused, ServiceClient
from saga import DurableSaga, Order, SagaInMemory, Step
from store import number_of, open_store

store = open_store(
    """
    CREATE TABLE IF NOT EXISTS orders (
        id TEXT PRIMARY KEY, sku TEXT, quantity INTEGER, amount INTEGER, card TEXT, status TEXT);
    CREATE TABLE IF NOT EXISTS begun (order_id TEXT, step TEXT, PRIMARY KEY (order_id, step));
    """
)
inventory = ServiceClient(os.environ["INVENTORY"], timeout=0.3)
payment = ServiceClient(os.environ["PAYMENT"], timeout=0.3)
sends_keys = os.environ.get("KEYS") != "off"


class NewOrder(BaseModel):
    sku: str
    quantity: int
    amount: int
    card: str = "good"


class StoredNotes:
    """What the durable saga has begun, beside the orders."""

    def begin(self, order: Order, step: str) -> None:
        store.execute("INSERT OR IGNORE INTO begun VALUES (?, ?)", [order["id"], step])

    def begun(self, order: Order) -> set[str]:
        rows = store.execute("SELECT step FROM begun WHERE order_id = ?", [order["id"]])
        return {row["step"] for row in rows}

    def fail(self, order: Order) -> None:
        set_status(order, "failed")

    def unfinished(self) -> list[Order]:
        return [dict(row) for row in store.execute("SELECT * FROM orders WHERE status = 'pending'")]


async def reserve(order: Order) -> None:
    piece = {"order": order["id"], "sku": order["sku"], "quantity": order["quantity"]}
    await inventory.post("/reserve", piece)


async def release(order: Order) -> None:
    await inventory.post("/release", {"order": order["id"]})


async def charge(order: Order) -> None:
    bill = {"order": order["id"], "amount": order["amount"], "card": order["card"]}
    await payment.post("/charge", bill, key=order["id"] if sends_keys else None)


async def refund(order: Order) -> None:
    await payment.post("/refund", {"order": order["id"]})


def set_status(order: Order, status: str) -> None:
    store.execute("UPDATE orders SET status = ? WHERE id = ?", [status, order["id"]])


steps = [Step("reserve", reserve, release), Step("charge", charge, refund)]
in_memory = os.environ.get("SAGA") == "memory"
saga = SagaInMemory(steps, StoredNotes()) if in_memory else DurableSaga(steps, StoredNotes())


@asynccontextmanager
async def lifespan(_):
    if not in_memory:
        saga.recover()
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/orders")
async def place(body: NewOrder):
    """201 confirmed; 4xx as the callee refused it; 503 when a callee could not be had."""
    order = {"id": str(uuid.uuid4()), **body.model_dump(), "status": "pending"}
    columns = ":id, :sku, :quantity, :amount, :card, :status"
    store.execute(f"INSERT INTO orders VALUES ({columns})", order)
    try:
        await saga.run(order)
    except Refused as refusal:
        return failed(order, refusal.status, refusal.reason)
    except Exception as error:
        return failed(order, 503, repr(error))
    set_status(order, "confirmed")
    return JSONResponse({"id": order["id"], "status": "confirmed"}, 201)


def failed(order: Order, status: int, reason: str) -> JSONResponse:
    return JSONResponse({"id": order["id"], "status": "failed", "reason": reason}, status)


@app.get("/orders/{order_id}")
async def show(order_id: str):
    row = store.execute("SELECT * FROM orders WHERE id = ?", [order_id]).fetchone()
    return dict(row) if row else JSONResponse({"reason": "unknown"}, 404)


@app.get("/audit")
async def audit():
    """For those who look from outside: the money and the pieces of confirmed orders."""
    confirmed = "FROM orders WHERE status = 'confirmed'"
    return {
        "confirmed": number_of(store, f"SELECT sum(amount) {confirmed}"),
        "pieces": number_of(store, f"SELECT sum(quantity) {confirmed}"),
    }


@app.get("/health/live")
async def live():
    return {}
