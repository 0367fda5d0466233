"""Orders: reserves, charges, confirms. What cannot be charged for sure is refunded and released,
in the background and until that is done; the client learns at once that it was rejected.
"""
import json
import os
import queue
import re
import threading
import time
import urllib.error
import urllib.request

from postgres import Postgres

PAYMENTS, INVENTORY = os.environ["PAYMENTS_URL"], os.environ["INVENTORY_URL"]
orders = Postgres(os.environ["DATABASE_URL"])
to_undo = queue.Queue()


def post(url, body):
    """The status of the answer; 0 where there is none in time."""
    request = urllib.request.Request(url, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=0.4) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def charge(body):
    """Whether it is certain that it was charged: a repetition charges no second time."""
    for _ in range(3):
        status = post(PAYMENTS + "/charge", body)
        if status in (200, 409):
            return status == 200
    return False


def undo():
    while True:
        body = to_undo.get()
        while post(PAYMENTS + "/refund", body) != 200:
            time.sleep(0.2)
        while post(INVENTORY + "/release", body) != 200:
            time.sleep(0.2)


threading.Thread(target=undo, daemon=True).start()


def place(order, asked):
    body = {"order": order, "sku": asked["sku"], "quantity": int(asked["quantity"]),
            "amount_cents": int(asked["amount_cents"])}
    if post(INVENTORY + "/reserve", body) == 200 and charge(body):
        orders.run(f"insert into orders values ('{order}', {body['amount_cents']}, 'confirmed')")
        while post(INVENTORY + "/commit", body) != 200:
            time.sleep(0.2)
        return 201, {"status": "confirmed"}
    to_undo.put(body)
    return 409, {"status": "rejected"}


def app(method, path, headers, body):
    """The status and the answer."""
    if path == "/health":
        return 200, {"status": "up"}
    if (method, path) != ("POST", "/orders"):
        return 404, {}
    if headers.get("Authorization") != "Bearer " + os.environ["ACME_TOKEN"]:
        return 401, {}
    return place(re.sub(r"[^A-Za-z0-9-]", "", headers["Idempotency-Key"]), json.loads(body))
