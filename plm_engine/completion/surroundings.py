"""Places where nothing should be suggested: inside an address, and in a program.

What stands there is exact or it is wrong, and a model of prose can only guess. Only the last few
lines are looked at, so that a long text costs no more than a short one. A line that reads like a
sentence is never a program, whatever names and symbols it mentions.
"""

from __future__ import annotations

import re

from plm_engine.completion.types import Suppression

_LOOK_BACK_CHARS = 600
_LOOK_BACK_LINES = 3
_MAX_TOKEN_CHARS = 200
_LEAST_OPAQUE_CHARS = 20
_MAX_SPAN_CHARS = 60
_PROSE_CHARS = 160
"""How much of a line shows whether it is prose."""
_FEW_WORDS = 3
"""Plain words that make a sentence if one of them is glue."""
_FENCE = "```"
_MARKS = "([{<\"'`*_“”\u2018\u2019«»,;:!?)]}>…"
"""Punctuation that stands around a word without being part of it."""

_ADDRESS = re.compile(
    r"""
      [a-z][a-z0-9+.-]{1,15}:// | https?: | (?:www|ftp)\.[a-z0-9] | mailto: | data:[a-z]+/
    | [\w.+%-]{1,64}@                                                   # name@
    | @[a-z0-9_]*(?:[@.:/-]|$) | \#[a-z][\w-]*$                         # @handle, #channel
    | (?:[a-z0-9-]{1,63}\.){1,5}                                        # example.org
      (?:com|org|net|edu|gov|io|dev|app|info|eu|uk|de|fr|ch|nl|ca|au)(?:[:/.?\#]|$)
    | (?:~|\.{1,2}|[a-z]:)[/\\] | \\\\[a-z] | /[\w.-]+/ | /[a-z_]       # ~/, ../, C:\, /usr
    | (?:[\w.-]{1,64}/){3} | [\w-]{1,64}/[\w/-]{0,64}\.[a-z]            # a/b/c/, a/b.c
    | 0x[0-9a-f]{2} | [0-9a-f]{8}-[0-9a-f]{0,4}                         # 0xff, UUIDs
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HASH = re.compile(r"[0-9a-f]{7,}\W?$", re.ASCII)
_OPAQUE = re.compile(r"[A-Za-z0-9+/=_.-]+$", re.ASCII)

_BEGINS_LIKE_CODE = re.compile(
    r"""
      \$\ \S | >>>\ | PS\ [A-Z]:\\ | [\w.-]{1,64}@[\w.-]{1,64}:\S*[$\#]\        # prompts
    | diff\ --git\ | @@\ -\d | (?:\+\+\+|---)\ [ab]?/ | index\ [0-9a-f]{7}      # diffs
    | Traceback\ \(most | File\ "[^"]+",\ line | at\ [\w.$<>]+\([^()\s]*:?\d*\)?\s*$   # traces
    | [A-Z]\w*(?:Error|Exception):\  | Exception\ in\ thread
    | </[a-zA-Z] | <[a-zA-Z][\w:-]*\ [\w:-]+=[^>]*>?\s*$ | <(?:!DOCTYPE|!--|\?xml)  # markup
    | <(?:html|head|body|div|p|ul|ol|li|table|tr|td|script|style|h[1-6]|form|svg)\b[^>]*>?
    | "[\w.$-]+"\s?:                                                            # JSON
    | (?:async\ )?def\ \w+\( | class\ \w+\s?[({:] | @\w[\w.]*\(\s*$                # programs
    | (?:export\ |default\ |async\ ){0,3}function\b\s?\w*\(
    | (?:const|let|var|final|auto|int|char|bool|float|double|long|string|size_t)\ \**\w+\s?[=;(\[]
    | from\ [\w.]+\ import\  | import\ [\w.]+(?:;|\ as\ |\s*$) | import\ [{*]
    | \#\s?(?:include\s?[<"]|define\ \w|ifn?def\ |endif\b|pragma\ |!/)
    | (?:if|for|while|switch|catch|foreach)\s?\([^()]*\)\s?\{
    | (?:else\s?|try\s?|finally\s?|do\s?)\{ | \}\s?(?:else|catch|while|finally)\b
    | (?:SELECT\ .*\bFROM|INSERT\ INTO|UPDATE\ \w+\ SET|CREATE\ TABLE|DELETE\ FROM)\b
    | (?:public|private|protected|static)\ (?:static\ |final\ )?[\w<>\[\]]+\ \w+\s?[=;({]
    | (?:using|package|namespace)\ [\w.:]+\s?[;{]
    | sudo\ \w                                                                  # commands
    | (?:git|docker|kubectl|npm|npx|yarn|pnpm|pip3?|python3?|cargo|go|apt|apt-get|brew|systemctl
        |cd|ls|cp|mv|rm|mkdir|curl|wget|ssh|scp|chmod|chown|grep|sed|awk|cat|tar|make|cmake|echo
        |export|node|bash|sh|find|ps|kill|less|tail|head)\ (?:[\w.:=-]+\ ){0,3}
      (?:--?\w | [~.]*/\w | \.\.?(?:\ |$) | [|>]\ | ["'$])
    | (?:git\ (?:add|commit|push|pull|clone|checkout|status|rebase|merge|fetch|stash|switch|log)
        |(?:pip3?|npm|yarn|apt|apt-get|brew|cargo|go|docker)\ (?:install|run|build|test|pull|get))
      (?:\ \S+){0,2}\s?$
    """,
    re.VERBOSE,
)
_HOLDS_CODE = re.compile(
    r"""
      [)\]}'"];$ | [)=]\s?\{$ | ^[\]})]+[;,)]*$ | ^[{\[(]$ | ^//\ | ^/\* | ^\*/
    | ^[\w.$>\[\]'"-]{1,64}\s?(?:[-+*/|&%:]?=|<-) | [\w)\]]\s?(?:==|!=|&&|\|\||\+=)\s?\S
    | ^(?:return|yield|throw|raise|await|new|del|elif|assert|print)\ ?[\w("'\[{.-]{1,64}[(.\[;=]
    | ^[\w$]{1,64}(?:(?:\.|->|::)[\w$]{1,64}){1,8}\([^()]*\)?[;,]?$
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[A-Za-z][a-z'\u2019]*[.,;:!?)]*")
_GLUE_WORDS = (
    "the an to of that it this these those we you he she they is are was were be been has have "
    "had will would can could should may which what when where who how there here so but because "
    "than then them their our your my its do does did about into on at by"
)
"""Words that hold sentences together and are no keywords of a programming language."""
_GLUE = frozenset(_GLUE_WORDS.split())


def unfit_place(before: str, after: str) -> Suppression | None:
    """Why nothing fits at the caret between two texts, if so."""
    if is_address(_token(before, after)):
        return Suppression.ADDRESS
    return Suppression.CODE if _is_code(before) else None


def is_address(token: str) -> bool:
    """Whether what has no space in it is, or begins, an address, a path, a handle or a hash."""
    bare = token.lstrip(_MARKS)
    return bool(bare) and (bool(_ADDRESS.match(bare)) or _is_opaque(bare))


def _token(before: str, after: str) -> str:
    """What stands around the caret without a space, if anything stands before it."""
    if not before or before[-1].isspace():
        return ""
    start = before[-_MAX_TOKEN_CHARS:].rsplit(maxsplit=1)[-1]
    if not after or after[0].isspace():
        return start
    return start + after[:_MAX_TOKEN_CHARS].split(maxsplit=1)[0]


def _is_opaque(token: str) -> bool:
    if _HASH.match(token):
        return any(letter.isdigit() for letter in token) and not token.isdigit()
    if len(token) < _LEAST_OPAQUE_CHARS or not _OPAQUE.match(token):
        return False
    digits = sum(letter.isdigit() for letter in token)
    return digits > 1 and not token.islower() and not token.isupper()


def _is_code(before: str) -> bool:
    lines = before[-_LOOK_BACK_CHARS:].split("\n")
    *above, line = lines[-1 - _LOOK_BACK_LINES :]
    if _in_code_span(line):
        return True
    if _is_prose(line):
        return False
    return _is_code_line(above, line) or _in_fence(before) or _goes_on_with_code(above)


def _in_code_span(line: str) -> bool:
    """Whether a backtick has been opened a moment ago, as in Markdown, and not closed."""
    outside, tick, span = line[-_MAX_SPAN_CHARS:].rpartition("`")
    if not tick or line.count("`") % 2 == 0:
        return False
    opens = not outside or not outside[-1].isalnum()
    return opens and not span[:1].isspace() and "'" not in span


def _is_code_line(above: list[str], line: str) -> bool:
    bare = line.lstrip()
    if not bare or _is_prose(bare):
        return False
    if _BEGINS_LIKE_CODE.match(bare):
        return True
    return not _wraps_prose(above) and bool(_HOLDS_CODE.search(bare.rstrip()))


def _wraps_prose(above: list[str]) -> bool:
    """Whether the line above is prose that has not come to an end."""
    return bool(above) and _is_prose(above[-1]) and not above[-1].rstrip().endswith(":")


def _is_prose(line: str) -> bool:
    """Whether a line ends with words that only sentences have."""
    words = line[-_PROSE_CHARS:].split()
    glue = sum(word.lower() in _GLUE for word in words)
    if glue != 1:
        return glue > 1
    plain = sum(_WORD.fullmatch(word) is not None for word in words)
    return plain >= _FEW_WORDS and 2 * plain > len(words)


def _in_fence(before: str) -> bool:
    """Whether a Markdown code block has been opened and not closed."""
    return before.count(_FENCE) % 2 == 1


def _goes_on_with_code(above: list[str]) -> bool:
    """Whether the lines right above are code, so that the one just begun is, too."""
    if not above or not above[-1].strip():
        return False
    return all(_is_code_line([], line) for line in above if line.strip())
