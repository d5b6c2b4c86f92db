"""The calls of Flower's fleet API that a node makes, with its signature and the server's time."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from flwr.common.constant import SUPERLINK_NODE_ID
from flwr.proto import fleet_pb2 as fleet
from flwr.proto import message_pb2 as message
from flwr.proto.heartbeat_pb2 import SendNodeHeartbeatRequest, SendNodeHeartbeatResponse
from flwr.proto.node_pb2 import Node
from flwr.proto.recorddict_pb2 import RecordDict
from flwr.supercore.error import ApiErrorCode

from federation.calls import Calls, GarbledError, RefusedError, UnreachableError, new_session
from federation.parcels import MAX_PARCEL_BYTES, MESSAGE_TYPE, Parcel
from federation.signatures import SESSION_HEADER, Signer, public_pem

_SMALL = 64 * 2**10
_CLOCK_S = 30.0
"""A clock that is wrong by less is right enough for signatures, which last five minutes."""
_PULL_S = 90.0
_LARGE_S = 600.0
"""For megabytes over a slow line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Where a node belongs, and as whom."""

    coordinator: str
    """``https://HOST[:PORT]``; plain ``http`` only to this machine."""
    node_id: int
    """Given at enrolment."""
    key: ec.EllipticCurvePrivateKey
    """P-384; its public half was given at enrolment."""
    ca_file: Path | None = None
    """Whom to trust to certify the coordinator."""
    ca_pem: str = ""
    """The same, as text; without either, the system's store is believed."""


class NotMemberError(Exception):
    """The coordinator does not know this node and key."""


class ReplacedError(Exception):
    """Another process has joined with this node's key after this one: a copy of its folder?"""


class FleetCalls:
    """One process of one node."""

    def __init__(self, membership: Membership, calls: Calls, signer: Signer) -> None:
        self._key = public_pem(membership.key)
        self._node = Node(node_id=membership.node_id)
        self._calls = calls
        self._signer = signer

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, membership: Membership) -> AsyncIterator[FleetCalls]:
        """Connections to the coordinator. Raises `ValueError` for an address that will not do."""
        base = checked_address(membership.coordinator)
        context = ssl.create_default_context(
            cafile=str(membership.ca_file) if membership.ca_file else None,
            cadata=membership.ca_pem or None,
        )
        signer = Signer(membership.key)
        session_word = {SESSION_HEADER: secrets.token_hex(16)}
        async with new_session(context) as session:
            calls = Calls(
                session, lambda: base, lambda: {**signer.headers(time.time()), **session_word}
            )
            yield cls(membership, calls, signer)

    def now(self) -> float:
        """What the coordinator's clock shows, roughly, in seconds since 1970."""
        return time.time() + self._signer.offset_s

    async def join(self, heartbeat_s: float) -> None:
        """Go online, in the place of an earlier process of this node if need be.

        These calls raise `UnreachableError`, `RefusedError`, `GarbledError`, `NotMemberError` and
        `ReplacedError`.
        """
        request = fleet.ActivateNodeRequest(public_key=self._key, heartbeat_interval=heartbeat_s)
        try:
            await self._call("activate-node", request, fleet.ActivateNodeResponse)
        except RefusedError as error:
            if error.code != ApiErrorCode.FLEET_NODE_ACTIVATION_FAILED:
                raise
            await self.leave()  # for the process that was killed before it could
            await self._call("activate-node", request, fleet.ActivateNodeResponse)

    async def leave(self) -> None:
        """Go offline."""
        await self._call(
            "deactivate-node",
            fleet.DeactivateNodeRequest(node_id=self._node.node_id),
            fleet.DeactivateNodeResponse,
        )

    async def beat(self, heartbeat_s: float) -> None:
        """Stay online for twice ``heartbeat_s`` seconds, or come back online."""
        await self._call(
            "send-node-heartbeat",
            SendNodeHeartbeatRequest(node=self._node, heartbeat_interval=heartbeat_s),
            SendNodeHeartbeatResponse,
        )

    async def pull(self) -> list[tuple[Any, Any]]:
        """Messages for us and what they consist of; waits a while where there are none."""
        response = await self._call(
            "pull-messages",
            fleet.PullMessagesRequest(node=self._node),
            fleet.PullMessagesResponse,
            timeout_s=_PULL_S,
        )
        if len(response.messages_list) != len(response.message_object_trees):
            raise GarbledError("messages without contents")
        return list(zip(response.messages_list, response.message_object_trees, strict=True))

    async def fetch(self, run_id: int, name: str) -> bytes | None:
        """A parcel; None where it is gone. Raises `UnreachableError` where it is not there yet."""
        response = await self._call(
            "pull-object",
            message.PullObjectRequest(node=self._node, run_id=run_id, object_id=name),
            message.PullObjectResponse,
            largest=MAX_PARCEL_BYTES + _SMALL,
            timeout_s=_LARGE_S,
        )
        if not response.object_found:
            return None
        if not response.object_available:
            raise UnreachableError("not there yet")
        return bytes(response.object_content)

    async def answer(self, to: Any, parcel: Parcel) -> None:
        """Hand in the answer to a message, given the message's metadata. May be repeated."""
        now = self.now()
        metadata = message.Metadata(
            run_id=to.run_id,
            message_id=parcel.name,
            src_node_id=self._node.node_id,
            dst_node_id=SUPERLINK_NODE_ID,
            reply_to_message_id=to.message_id,
            message_type=MESSAGE_TYPE,
            created_at=now,
            ttl=to.created_at + to.ttl - now,
        )
        response = await self._call(
            "push-messages",
            fleet.PushMessagesRequest(
                node=self._node,
                messages_list=[message.Message(metadata=metadata, content=RecordDict())],
                message_object_trees=[message.ObjectTree(object_id=parcel.name)],
            ),
            fleet.PushMessagesResponse,
        )
        if parcel.name in response.objects_to_push:
            await self._push_object(to.run_id, response.session_id, parcel)

    async def _push_object(self, run_id: int, session_id: str, parcel: Parcel) -> None:
        stored = await self._call(
            "push-object",
            message.PushObjectRequest(
                node=self._node,
                run_id=run_id,
                object_id=parcel.name,
                object_content=parcel.content,
                session_id=session_id,
            ),
            message.PushObjectResponse,
            timeout_s=_LARGE_S,
        )
        if not stored.stored:
            raise UnreachableError("not stored")

    async def _call(
        self,
        name: str,
        request: Any,
        response: Any,
        *,
        largest: int = _SMALL,
        timeout_s: float = 60,
    ) -> Any:
        path = f"/v1/fleet/{name}"
        try:
            try:
                return await self._calls(
                    path, request, response, largest=largest, timeout_s=timeout_s
                )
            except RefusedError as error:
                if not self._clock_was_wrong(error):
                    raise
            return await self._calls(path, request, response, largest=largest, timeout_s=timeout_s)
        except RefusedError as error:
            if error.status == 401:  # noqa: PLR2004
                raise NotMemberError from None
            if error.status == 409:  # noqa: PLR2004
                raise ReplacedError from None
            raise

    def _clock_was_wrong(self, error: RefusedError) -> bool:
        """Whether our signatures were out of date; if so, those to come will not be."""
        if error.status != 401 or error.server_time is None:  # noqa: PLR2004
            return False
        offset_s = error.server_time - time.time()
        if abs(offset_s - self._signer.offset_s) < _CLOCK_S:
            return False
        self._signer.offset_s = offset_s
        return True


def checked_address(url: str) -> str:
    """The scheme, host and port of a coordinator. Raises `ValueError` with a line for the user."""
    parts = urlsplit(url)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        raise ValueError(f"A coordinator's address looks like https://example.org, not {url}")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        raise ValueError(f"A coordinator elsewhere must be reached by https, not by {url}")
    return f"{parts.scheme}://{parts.netloc}"


def _is_here(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
