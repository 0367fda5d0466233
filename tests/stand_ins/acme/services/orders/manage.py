"""`manage.py migrate` makes the tables."""
import os
import sys

from postgres import Postgres

assert sys.argv[1:] == ["migrate"], "expected: manage.py migrate"
Postgres(os.environ["DATABASE_URL"]).run(
    "create table orders (id text primary key, amount_cents bigint, status text)")
