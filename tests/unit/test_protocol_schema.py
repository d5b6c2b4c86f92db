"""The JSON Schema that the extension's types come from."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from click.testing import CliRunner

from daemon.protocol import schema
from daemon.protocol.messages import ClientMessage, DaemonMessage


def test_the_committed_schema_is_current() -> None:
    result = CliRunner().invoke(schema.main, ["--check"])
    assert result.exit_code == 0, result.output


def test_a_stale_schema_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = tmp_path_factory.mktemp("extension") / "protocol.schema.json"
    stale.write_text(schema.rendered() + "\n", encoding="utf-8")
    monkeypatch.setattr(schema, "SCHEMA_PATH", stale)
    assert CliRunner().invoke(schema.main, ["--check"]).exit_code == 1
    assert CliRunner().invoke(schema.main, []).exit_code == 0
    assert CliRunner().invoke(schema.main, ["--check"]).exit_code == 0


@pytest.mark.parametrize("union", [ClientMessage, DaemonMessage])
def test_every_message_is_described_under_its_own_name(union: object) -> None:
    definitions = json.loads(schema.rendered())["$defs"]
    for struct in get_args(union):
        tag = struct.__struct_config__.tag
        assert definitions[struct.__name__]["properties"]["type"]["enum"] == [tag]


def test_message_types_are_unique() -> None:
    tags = [s.__struct_config__.tag for s in get_args(ClientMessage) + get_args(DaemonMessage)]
    assert len(set(tags)) == len(tags)
