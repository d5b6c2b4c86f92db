"""Mail: what somebody wrote, without what they quoted and without their signature."""

from __future__ import annotations

import email.policy
import mailbox
from collections.abc import Iterator
from datetime import UTC
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from mailparser_reply import EmailReplyParser

from daemon.importing.found import Found

_LANGUAGES = ["en", "de", "fr", "es", "it", "nl"]
_SIGNATURE = "\n-- \n"


def read_mbox(file: Path) -> Iterator[Found]:
    """Every message of a mailbox."""
    box = mailbox.mbox(file, factory=None, create=False)
    for key in box.iterkeys():
        yield from _found(_parsed(box.get_bytes(key)))


def read_eml(file: Path) -> Iterator[Found]:
    """One message."""
    yield from _found(_parsed(file.read_bytes()))


def _parsed(raw: bytes) -> EmailMessage:
    message: EmailMessage = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)
    return message


def _found(message: EmailMessage) -> Iterator[Found]:
    try:
        body = message.get_body(("plain",))
        content = body.get_content() if body else ""
        author = parseaddr(str(message["From"] or ""))[1].lower()
        written = _date(str(message["Date"] or ""))
    except (LookupError, ValueError, AttributeError, TypeError, IndexError):
        return  # a message that is not even mail says nothing
    text = own_words(content)
    if text:
        yield Found(text=text, kind="mail", author=author, written=written)


def own_words(content: str) -> str:
    """The newest part of a thread, without its signature."""
    newest = content.replace("\r\n", "\n").partition(_SIGNATURE)[0]
    reply = EmailReplyParser(languages=_LANGUAGES).parse_reply(newest) or ""
    lines = [line for line in reply.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(lines).strip()


def _date(header: str) -> str:
    try:
        return parsedate_to_datetime(header).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, TypeError, OverflowError):
        return ""
