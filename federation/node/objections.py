"""What a node holds against a message before it looks inside."""

from __future__ import annotations

from typing import Any

from flwr.common.constant import SUPERLINK_NODE_ID

from federation.parcels import MESSAGE_TYPE

_LONGEST_TTL_S = 7 * 86_400.0
_FLOWER_TYPES = ("train", "evaluate", "query", "system")


def objection(message: Any, tree: Any, *, node_id: int, now: float) -> str | None:
    """Why this message will not be handled, in fixed words; None where nothing is wrong.

    ``message`` and ``tree`` are Flower's protobuf messages, ``now`` is the coordinator's time in
    seconds since 1970.
    """
    metadata = message.metadata
    expires = metadata.created_at + metadata.ttl
    kind = metadata.message_type
    is_flowers = kind.split(".")[0] in _FLOWER_TYPES
    is_ours = metadata.src_node_id == SUPERLINK_NODE_ID and metadata.dst_node_id == node_id
    objections = (
        (kind != MESSAGE_TYPE and is_flowers, "asks to run an app that the server has"),
        (kind != MESSAGE_TYPE, "unknown type of message"),
        (not is_ours, "not from the coordinator to this node"),
        (not (metadata.ttl > 0 and expires <= now + _LONGEST_TTL_S), "no sensible time to live"),
        (expires <= now, "past its time"),
        (message.HasField("error") or message.content.ByteSize(), "more than a parcel"),
        (tree.object_id != metadata.message_id or tree.children, "not a single parcel"),
    )
    return next((reason for is_so, reason in objections if is_so), None)
