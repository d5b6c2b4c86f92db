"""The coordinator as the server side of one Flower run.

Flower sends messages only within a run, and a run wants an app bundle. Ours is a bundle with
nothing in it; the run's task, for which Flower would start a process with the bundle's code, is
taken by us. A run dies when nobody has spoken for it for a minute; nothing depends on that, as
another can be begun at any time.
"""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flwr.common.constant import SUPERLINK_NODE_ID, Status
from flwr.proto import control_pb2 as control
from flwr.proto import message_pb2 as message
from flwr.proto import runtime_pb2 as runtime
from flwr.proto.fab_pb2 import Fab
from flwr.proto.node_pb2 import Node
from flwr.proto.recorddict_pb2 import RecordDict
from flwr.supercore.constant import TASK_TOKEN_HEADER, TaskType
from flwr.supercore.error import ApiErrorCode

from federation.calls import Calls, RefusedError, UnreachableError
from federation.coordinator.superlink import SuperLink
from federation.parcels import MAX_PARCEL_BYTES, MESSAGE_TYPE, Parcel

_SMALL = 2**20
_LISTS = 64 * 2**20
_OURSELVES = Node(node_id=SUPERLINK_NODE_ID)
_NOTHING = """\
[project]
name = "plm"
version = "1.0.0"
[tool.flwr.app]
publisher = "plm"
[tool.flwr.app.components]
serverapp = "none:none"
clientapp = "none:none"
"""


@dataclass(frozen=True, slots=True)
class OnlineNode:
    """A node that the SuperLink has heard of lately."""

    node_id: int
    public_key: bytes
    """PEM."""


@dataclass(frozen=True, slots=True)
class Reply:
    """That a message has got a reply."""

    to: str
    """The message."""
    node_id: int
    """Who replied."""
    name: str | None
    """The parcel to fetch, or None where the SuperLink says that there will be none."""


class Registry:
    """The nodes that the SuperLink lets in."""

    def __init__(self, superlink: SuperLink) -> None:
        self._calls = Calls(superlink.session, lambda: superlink.url, dict)

    async def register(self, public_key: bytes) -> int:
        """Let in whoever proves to have this key (PEM, P-384); returns the node's id.

        A key that is known already keeps its id. Raises `UnreachableError` while the SuperLink is
        away, and `RefusedError` for what is no key and for keys that were let out.
        """
        request = control.RegisterNodeRequest(public_key=public_key)
        try:
            response = await self._calls(
                "/v1/control/register-node", request, control.RegisterNodeResponse, largest=_SMALL
            )
        except RefusedError as error:
            if error.code != ApiErrorCode.PUBLIC_KEY_ALREADY_IN_USE:
                raise
            return await self._id_of(public_key, error)
        return int(response.node_id)

    async def unregister(self, node_id: int) -> None:
        """Never let this node in again. Raises as `register`; unknown nodes are refused."""
        request = control.UnregisterNodeRequest(node_id=node_id)
        await self._calls(
            "/v1/control/unregister-node", request, control.UnregisterNodeResponse, largest=_SMALL
        )

    async def knows(self, node_id: int) -> bool:
        """Whether there is such a node, and it was not let out. Raises as `register`."""
        return any(node.node_id == node_id for node in await self._all())

    async def _id_of(self, public_key: bytes, otherwise: RefusedError) -> int:
        for node in await self._all():
            if node.public_key == public_key:
                return int(node.node_id)
        raise otherwise

    async def _all(self) -> list[Any]:
        response = await self._calls(
            "/v1/control/list-nodes",
            control.ListNodesRequest(),
            control.ListNodesResponse,
            largest=_LISTS,
        )
        return [node for node in response.nodes_info if node.status != "unregistered"]


class ServerRun:
    """One run, begun and spoken for by us."""

    def __init__(self, superlink: SuperLink, run_id: int, token: str) -> None:
        self.run_id = run_id
        self._calls = Calls(
            superlink.session, lambda: superlink.url, lambda: {TASK_TOKEN_HEADER: token}
        )

    @classmethod
    async def begun(cls, superlink: SuperLink) -> ServerRun:
        """A new run. All others are ended, and what they left in the database is deleted.

        Raises `UnreachableError` and `RefusedError`.
        """
        calls = Calls(superlink.session, lambda: superlink.url, dict)
        await _end_all(calls)
        fab = Fab(content=_empty_bundle())
        await calls(
            "/v1/control/start-run",
            control.StartRunRequest(fab=fab),
            control.StartRunResponse,
            largest=_SMALL,
        )
        task = await calls(
            "/v1/runtime/acquire-task",
            runtime.AcquireTaskRequest(supported_task_types=[TaskType.SERVER_APP]),
            runtime.AcquireTaskResponse,
            largest=_SMALL,
        )
        if not task.token:
            raise UnreachableError("the run was not there")
        run = cls(superlink, task.task.run_id, task.token)
        await run._call(
            "pull-task-input", runtime.PullTaskInputRequest(), runtime.PullTaskInputResponse
        )
        return run

    async def beat(self) -> None:
        """Keep the run alive for another minute. Raises `RefusedError` when it is dead."""
        await self._call(
            "send-task-heartbeat",
            runtime.SendTaskHeartbeatRequest(),
            runtime.SendTaskHeartbeatResponse,
        )

    async def nodes(self) -> list[OnlineNode]:
        """Who is online."""
        response = await self._call(
            "get-nodes", runtime.GetNodesRequest(), runtime.GetNodesResponse, largest=_LISTS
        )
        return [OnlineNode(node.node_id, node.public_key) for node in response.nodes]

    async def push(self, node_id: int, parcel: Parcel, ttl_s: float) -> bool:
        """Leave a parcel for a node, under the parcel's name, for at most ``ttl_s`` seconds.

        False where the SuperLink does not take it: the node was never online, or was let out.
        """
        metadata = message.Metadata(
            run_id=self.run_id,
            message_id=parcel.name,
            src_node_id=SUPERLINK_NODE_ID,
            dst_node_id=node_id,
            message_type=MESSAGE_TYPE,
            created_at=time.time(),
            ttl=ttl_s,
        )
        response = await self._call(
            "push-messages",
            runtime.PushAppMessagesRequest(
                messages_list=[message.Message(metadata=metadata, content=RecordDict())],
                message_object_trees=[message.ObjectTree(object_id=parcel.name)],
            ),
            runtime.PushAppMessagesResponse,
        )
        if list(response.message_ids) != [parcel.name]:
            return False
        for name in response.objects_to_push:
            await self._call(
                "push-object",
                message.PushObjectRequest(
                    node=_OURSELVES,
                    run_id=self.run_id,
                    object_id=name,
                    object_content=parcel.content,
                    session_id=response.session_id,
                ),
                message.PushObjectResponse,
            )
        return True

    async def replies(self, names: Iterable[str]) -> list[Reply]:
        """Which of these messages have got a reply. Each is told once.

        Only ask about nodes that are online: of others the SuperLink says that there will be no
        reply, even where it has one, and deletes it.
        """
        response = await self._call(
            "pull-messages",
            runtime.PullAppMessagesRequest(message_ids=names),
            runtime.PullAppMessagesResponse,
            largest=_LISTS,
        )
        return [await self._reply(one) for one in response.messages_list]

    async def fetch(self, name: str) -> bytes:
        """The content of a parcel; empty where it is not there."""
        response = await self._call(
            "pull-object",
            message.PullObjectRequest(node=_OURSELVES, run_id=self.run_id, object_id=name),
            message.PullObjectResponse,
            largest=MAX_PARCEL_BYTES + _SMALL,
        )
        return bytes(response.object_content)

    async def forget(self, name: str) -> None:
        """Delete a parcel from the SuperLink's store."""
        await self._call(
            "confirm-message-received",
            message.ConfirmMessageReceivedRequest(
                node=_OURSELVES, run_id=self.run_id, message_object_id=name
            ),
            message.ConfirmMessageReceivedResponse,
        )

    async def _reply(self, one: Any) -> Reply:
        metadata = one.metadata
        if one.HasField("error"):
            await self.forget(metadata.message_id)
            return Reply(metadata.reply_to_message_id, metadata.src_node_id, None)
        return Reply(metadata.reply_to_message_id, metadata.src_node_id, metadata.message_id)

    async def _call(self, name: str, request: Any, response: Any, *, largest: int = _SMALL) -> Any:
        return await self._calls(f"/v1/runtime/{name}", request, response, largest=largest)


async def _end_all(calls: Calls) -> None:
    runs = await calls(
        "/v1/control/list-runs",  # which also deletes what ended runs have left
        control.ListRunsRequest(limit=100),
        control.ListRunsResponse,
        largest=_LISTS,
    )
    for run_id, run in runs.run_dict.items():
        if run.status.status != Status.FINISHED:
            with contextlib.suppress(RefusedError):  # it has just ended by itself
                await calls(
                    "/v1/control/stop-run",
                    control.StopRunRequest(run_id=run_id),
                    control.StopRunResponse,
                    largest=_SMALL,
                )


def _empty_bundle() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as bundle:
        bundle.writestr(zipfile.ZipInfo("pyproject.toml"), _NOTHING)
    return content.getvalue()
