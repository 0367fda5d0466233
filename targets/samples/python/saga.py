"""The saga of an order, twice: as it is often copied, and so that it keeps what it promises."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from tenacity import retry, wait_exponential

Order = dict


class Step(NamedTuple):
    name: str
    action: Callable[[Order], Awaitable]
    undo: Callable[[Order], Awaitable]  # may come twice, and for what never happened


class Notes(Protocol):
    """What of a saga is durable."""

    def begin(self, order: Order, step: str) -> None:
        """Before the call: from here on the step may have happened."""

    def begun(self, order: Order) -> set[str]: ...

    def fail(self, order: Order) -> None:
        """Nothing more will be undone."""

    def unfinished(self) -> list[Order]:
        """Neither confirmed nor failed."""


class SagaInMemory:
    """What was done is a list in this process. A step that raised counts as not done, though its
    callee may have done it and only the reply was lost; an undo that raises is logged; and a crash
    forgets everything."""

    def __init__(self, steps: list[Step], notes: Notes):
        self.steps = steps
        self.notes = notes

    async def run(self, order: Order) -> None:
        """Raises what stopped it."""
        done = []
        try:
            for step in self.steps:
                await step.action(order)
                done.append(step)
        except Exception:
            await self.undo(order, done)
            raise

    async def undo(self, order: Order, done: list[Step]) -> None:
        for step in reversed(done):
            try:
                await step.undo(order)
            except Exception as error:
                logging.error("order %s: %s was not undone: %s", order["id"], step.name, error)
        self.notes.fail(order)


class DurableSaga:
    """Each step is noted before its call. Where an order does not come to its end, every step with
    a note is undone, whatever its call came to, again and again until that has worked; after a
    crash the next start does it."""

    def __init__(self, steps: list[Step], notes: Notes):
        self.steps = steps
        self.notes = notes
        self.undoing: set[asyncio.Task] = set()

    async def run(self, order: Order) -> None:
        """Raises what stopped it; undoing goes on by itself."""
        try:
            for step in self.steps:
                self.notes.begin(order, step.name)
                await step.action(order)
        except Exception:
            self.start_undoing(order)
            raise

    def recover(self) -> None:
        for order in self.notes.unfinished():
            self.start_undoing(order)

    def start_undoing(self, order: Order) -> None:
        task = asyncio.create_task(self.undo(order))
        self.undoing.add(task)  # the loop itself keeps no hold of a task
        task.add_done_callback(self.undoing.discard)

    async def undo(self, order: Order) -> None:
        begun = self.notes.begun(order)
        for step in reversed(self.steps):
            if step.name in begun:
                await until_it_works(step.undo, order)
        self.notes.fail(order)


@retry(wait=wait_exponential(multiplier=0.1, max=1))
async def until_it_works(action: Callable[[Order], Awaitable], order: Order) -> None:
    await action(order)
