"""Messages that a coordinator of ours would not send, put into a real SuperLink."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable

from flwr.app import ConfigRecord, RecordDict
from flwr.app.message import make_message
from flwr.app.metadata import Metadata
from flwr.common.constant import SUPERLINK_NODE_ID
from flwr.proto import message_pb2 as message
from flwr.proto import runtime_pb2 as runtime
from flwr.proto.node_pb2 import Node
from flwr.proto.recorddict_pb2 import RecordDict as ProtoRecordDict
from flwr.supercore.inflatable.inflatable_object import get_all_nested_objects, get_object_tree

from federation.coordinator.post import Post
from federation.parcels import MAX_PAYLOAD_BYTES, MESSAGE_TYPE, wrap

Objects = dict[str, bytes]


def _single(content: bytes) -> tuple[message.ObjectTree, Objects]:
    name = hashlib.sha256(content).hexdigest()
    return message.ObjectTree(object_id=name), {name: content}


def _as_flower_does() -> tuple[message.ObjectTree, Objects]:
    """The tree of objects that ``flwr run`` would send."""
    metadata = Metadata(1, "", SUPERLINK_NODE_ID, 7, "", "", 0.0, 60.0, "train")
    whole = make_message(metadata=metadata, content=RecordDict({"c": ConfigRecord({"lr": 0.1})}))
    nested = get_all_nested_objects(whole)
    return get_object_tree(whole), {name: one.deflate() for name, one in nested.items()}


MISDEEDS: dict[str, tuple[str, Callable[[], tuple[message.ObjectTree, Objects]]]] = {
    "an app to run": ("train", _as_flower_does),
    "an app to ask": ("query.secrets", lambda: _single(wrap(b"fine").content)),
    "a tree of objects": (MESSAGE_TYPE, _as_flower_does),
    "a record too many": (
        MESSAGE_TYPE,
        lambda: _single(ConfigRecord({"payload": b"x", "nonce": b"y", "run": "rm"}).deflate()),
    ),
    "another kind of record": (MESSAGE_TYPE, lambda: _single(RecordDict({}).deflate())),
    "a text for bytes": (
        MESSAGE_TYPE,
        lambda: _single(ConfigRecord({"payload": "x", "nonce": b"y"}).deflate()),
    ),
    "too much": (
        MESSAGE_TYPE,
        lambda: _single(
            ConfigRecord({"payload": bytes(MAX_PAYLOAD_BYTES + 2**20), "nonce": b"y"}).deflate()
        ),
    ),
}


async def misbehave(post: Post, node_id: int, misdeed: str) -> int:
    """Send a node such a message; returns the number that its end will be told under."""
    run = post._run
    assert run is not None
    kind, make = MISDEEDS[misdeed]
    tree, objects = make()
    loop = asyncio.get_running_loop()
    letter = post.ledger.add(node_id, b"", loop.time() + 60)
    post.ledger.pushing(letter, tree.object_id)
    metadata = message.Metadata(
        run_id=run.run_id,
        message_id=tree.object_id,
        src_node_id=SUPERLINK_NODE_ID,
        dst_node_id=node_id,
        message_type=kind,
        created_at=time.time(),
        ttl=60.0,
    )
    pushed = await run._call(
        "push-messages",
        runtime.PushAppMessagesRequest(
            messages_list=[message.Message(metadata=metadata, content=ProtoRecordDict())],
            message_object_trees=[tree],
        ),
        runtime.PushAppMessagesResponse,
    )
    for name in pushed.objects_to_push:
        await run._call(
            "push-object",
            message.PushObjectRequest(
                node=Node(node_id=SUPERLINK_NODE_ID),
                run_id=run.run_id,
                object_id=name,
                object_content=objects[name],
                session_id=pushed.session_id,
            ),
            message.PushObjectResponse,
        )
    post.ledger.pushed(letter, loop.time())
    return letter.number
