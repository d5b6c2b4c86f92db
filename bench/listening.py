"""What the extension tells the daemon and hears from it, where its socket is: times only."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.browser.chromium import Browser

_LISTEN = """() => {
  const notes = (globalThis.notes = { ghosts: [], requests: [], waits: [] });
  const asked = new Map();
  const heard = new WeakSet();
  const hear = (event) => {
    const message = JSON.parse(event.data);
    if (message.type !== 'suggestion' || message.suppressed === 'cancelled') return;
    if (message.done && message.ms) notes.requests.push(message.ms);
    const since = asked.get(message.id);
    if (since !== undefined) notes.waits.push(performance.now() - since);
    asked.delete(message.id);
  };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const message = JSON.parse(data);
    if (message.type === 'complete') asked.set(message.id, performance.now());
    if (message.type === 'outcome' && message.ghost_ms !== null) {
      notes.ghosts.push(message.ghost_ms);
    }
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener('message', hear);
    }
    send.call(this, data);
  };
}"""
_TAKE = """() => {
  const { ghosts, requests, waits } = globalThis.notes;
  return [ghosts.splice(0), requests.splice(0), waits.splice(0)];
}"""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, each in the order in which they were known."""

    ghosts: list[float] = field(default_factory=list)
    """Key press to the frame with the ghost, as pages measured it; known when a ghost goes."""
    requests: list[float] = field(default_factory=list)
    """From a request to its whole answer, measured in the daemon; of those not cancelled."""
    waits: list[float] = field(default_factory=list)
    """From a request to the first word of its answer, there and back."""

    def add(self, other: Times) -> None:
        """Put others behind them."""
        self.ghosts.extend(other.ghosts)
        self.requests.extend(other.requests)
        self.waits.extend(other.waits)


class Listener:
    """In the extension's background."""

    def __init__(self, browser: Browser) -> None:
        self._background = browser.context.service_workers[0]
        self._background.evaluate(_LISTEN)

    def take(self) -> Times:
        """What was noted since it was taken last."""
        return Times(*self._background.evaluate(_TAKE))
