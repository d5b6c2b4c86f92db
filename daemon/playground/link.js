// @ts-check
/** The page's connection to the daemon: opens, comes back after a loss, hands messages on. */

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

/**
 * @typedef {"connecting" | "open" | "lost"} State
 *
 * @typedef {object} Suggestion
 * @property {"suggestion"} type
 * @property {string} id
 * @property {string} text
 * @property {number} confidence
 * @property {string | null} suppressed
 * @property {boolean} done
 * @property {number} ms
 */

export class Link {
  /** @type {WebSocket | null} */
  #socket = null;
  #retryMs = FIRST_RETRY_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #onState;
  #onSuggestion;

  /**
   * @param {(state: State) => void} onState
   * @param {(suggestion: Suggestion) => void} onSuggestion
   */
  constructor(onState, onSuggestion) {
    this.#onState = onState;
    this.#onSuggestion = onSuggestion;
  }

  /** Connect now, unless connected or about to be. */
  open() {
    clearTimeout(this.#timer);
    if (this.#socket) return;
    const socket = new WebSocket(`ws://${location.host}/playground/v1`, "plm.v1");
    this.#socket = socket;
    socket.addEventListener("message", (event) => this.#receive(event.data));
    socket.addEventListener("close", () => this.#lost());
  }

  /**
   * Send a message if there is somebody to read it.
   * @param {object} message
   */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** @param {string} data */
  #receive(data) {
    const message = JSON.parse(data);
    if (message.type === "welcome") {
      this.#retryMs = FIRST_RETRY_MS;
      this.#onState("open");
    } else if (message.type === "suggestion") {
      this.#onSuggestion(message);
    }
  }

  #lost() {
    this.#socket = null;
    this.#onState("lost");
    this.#timer = setTimeout(() => this.open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}
