"""Calls of another service, with httpx and tenacity: up to three attempts, each with its time."""

import httpx
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential


class Refused(Exception):
    """The callee has decided against it, and would again: a declined card, nothing in stock."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status
        self.reason = reason


def reason_of(response: httpx.Response) -> str:
    try:
        return response.json()["reason"]
    except (ValueError, KeyError, TypeError):
        return response.text


def is_passing(error: BaseException) -> bool:
    """Whether another attempt may go better."""
    return not isinstance(error, Refused)


class ServiceClient:
    def __init__(self, address: str, timeout: float):
        """`address` is HOST:PORT; `timeout` is httpx's, in seconds: of connecting, of each read."""
        self.http = httpx.AsyncClient(base_url=f"http://{address}", timeout=timeout)

    async def request(self, method: str, path: str, json=None, key: str | None = None):
        """One attempt. 4xx raises Refused; what failed otherwise, an error of httpx."""
        headers = {"Idempotency-Key": key} if key else {}
        response = await self.http.request(method, path, json=json, headers=headers)
        if 400 <= response.status_code < 500:
            raise Refused(response.status_code, reason_of(response))
        response.raise_for_status()
        return response.json()

    @retry(
        stop=stop_after_attempt(3),
        wait=wait_exponential(multiplier=0.1),  # 100 ms, 200 ms
        retry=retry_if_exception(is_passing),
        reraise=True,
    )
    async def post(self, path: str, json, key: str | None = None):
        """Up to three attempts. Without a key the callee cannot tell the second from a new call."""
        return await self.request("POST", path, json, key)
