"""What somebody wrote elsewhere is found; what others wrote, quotes and signatures are not."""

from __future__ import annotations

import json
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.importing.files import Harvest, harvest
from daemon.importing.found import MAX_CHARS, ImportFailed
from daemon.importing.mail import own_words

ME, BOB = "me@example.org", "bob@example.org"
REPLY = """Hi Bob,

Tuesday suits me well.

On Mon, 2 Nov 2026 at 10:11, Bob <bob@example.org> wrote:
> How about Tuesday?
> Bob
"""


def mail(sender: str, text: str, day: int = 3) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Somebody <{sender}>"
    message["Date"] = f"Tue, {day} Nov 2026 09:00:00 +0100"
    message.set_content(text)
    return message


def texts(found: Harvest) -> list[str]:
    return [text.text for text in found.texts]


def test_of_a_mailbox_ones_own_words_are_taken(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "sent.mbox")
    for message in (mail(ME, REPLY, 5), mail(BOB, "How about Tuesday?"), mail(ME, "Thanks!", 4)):
        box.add(message)
    box.flush()
    found = harvest([tmp_path / "sent.mbox"], [ME.upper()])
    assert texts(found) == ["Thanks!", "Hi Bob,\n\nTuesday suits me well."]
    assert found.others == 1
    assert found.texts[1].written == "2026-11-05T08:00:00+00:00"
    assert {text.kind for text in found.texts} == {"mail"}


def test_whose_mails_are_wanted_must_be_said_if_there_are_several(tmp_path: Path) -> None:
    for number, sender in enumerate((ME, BOB, ME)):
        (tmp_path / f"{number}.eml").write_bytes(mail(sender, f"Letter {number}").as_bytes())
    with pytest.raises(ImportFailed, match="--mine"):
        harvest([tmp_path])
    assert len(harvest([tmp_path], [ME]).texts) == 2


def test_a_signature_is_no_text() -> None:
    assert own_words("See you there.\n\n-- \nAnna Smith\nExample Ltd.\n") == "See you there."


@given(st.text(max_size=300))
def test_no_mail_is_too_strange(text: str) -> None:
    assert isinstance(own_words(text), str)


def test_a_chat_is_taken_message_by_message(tmp_path: Path) -> None:
    chat = tmp_path / "_chat.txt"
    chat.write_text(
        "[03.11.26, 18:02:11] Anna: Are you coming?\n"
        "[03.11.26, 18:03:40] Me Myself: Yes, in ten minutes.\nSave me a seat!\n"
        "[03.11.26, 18:03:59] Me Myself: <Media omitted>\n"
        "[03.11.26, 18:04:02] Anna: Will do\n"
    )
    assert texts(harvest([chat], ["Me Myself"])) == ["Yes, in ten minutes.\nSave me a seat!"]


def test_notes_are_taken_whole_and_long_ones_by_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "short.md").write_text("# Plans\n\nPaint the shed.\n")
    (tmp_path / "long.txt").write_text("\n\n".join(["word " * 1_000] * 12))
    found = harvest([tmp_path])
    assert "# Plans\n\nPaint the shed." in texts(found)
    assert all(len(text) <= MAX_CHARS for text in texts(found))
    assert sum(text.count("word") for text in texts(found)) <= 12_000


def test_what_plm_exported_comes_back(tmp_path: Path) -> None:
    record = {"author": "me", "ts": "2026-11-03", "site": "example.org", "kind": "reply"}
    line = json.dumps({**record, "text": "Fine with me."})
    (tmp_path / "export.jsonl").write_text(f"{line}\n\n{line}\n")
    found = harvest([tmp_path / "export.jsonl"])
    assert [(text.site, text.kind, text.text) for text in found.texts] == [
        ("example.org", "reply", "Fine with me.")
    ]
    assert found.copies == 1


def test_a_damaged_file_is_named_without_a_word_of_it(tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text('{"text": "my secret"}\n{"text": "my sec')
    with pytest.raises(ImportFailed, match="Line 2") as failure:
        harvest([file])
    assert "secret" not in str(failure.value)


def test_other_files_are_refused_by_name_and_passed_over_in_folders(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(ImportFailed, match=r"photo\.jpg"):
        harvest([tmp_path / "photo.jpg"])
    assert harvest([tmp_path]).texts == []


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.txt", "a.eml", "a.mbox"):
        (folder / name).write_bytes(raw)
        assert harvest([folder / name], [ME]).files == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-24T10:30:00+01:00", "2026-11-24T09:30:00+00:00"),
        ("2026-11-24 09:30", "2026-11-24T09:30:00+00:00"),
        ("2026-11-24T09:30:00.123Z", "2026-11-24T09:30:00+00:00"),
        ("1795200000", ""),
        ("last week", ""),
        ("", ""),
    ],
)
def test_the_time_of_a_text_is_read_or_left_open(
    tmp_path: Path, written: str, expected: str
) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text(json.dumps({"author": ME, "ts": written, "text": "Thanks a lot!"}) + "\n")
    (text,) = harvest([file], [ME]).texts
    assert text.written == expected


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b"])
def test_what_looks_like_the_end_of_a_line_within_a_text_is_none(
    tmp_path: Path, separator: str
) -> None:
    file = tmp_path / "texts.jsonl"
    record = {"author": ME, "text": f"One line{separator}and another"}
    file.write_text(json.dumps(record, ensure_ascii=False) + "\n", "utf-8")
    assert texts(harvest([file], [ME])) == [record["text"]]
