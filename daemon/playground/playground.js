// @ts-check
/** The playground: a text field, the daemon's suggestion after the caret, three keys. */

import { firstWord, head, tail, typedThrough } from "./ghost.js";
import { Link } from "./link.js";

const MAX_BEFORE = 2_000;
const MAX_AFTER = 300;
const FIELD = "playground";
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** Why nothing is shown, in plain words. */
const REASONS = new Map([
  ["empty", "Write a few words and a suggestion appears."],
  ["low_confidence", "Not sure enough to suggest anything here."],
  ["nothing_to_add", "This looks finished: nothing to add."],
  ["mid_word", "Nothing is suggested inside a word."],
  ["repeats_after", "What would come next is there already."],
  ["code", "This looks like a program: nothing is suggested there."],
  ["address", "Nothing is suggested inside an address."],
  ["foreign_language", "Only English is suggested so far."],
  ["improper", "What would come next is not fit to show."],
]);
const CONNECTION = { connecting: "Connecting…", open: "Connected", lost: "PLM is not running" };

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} #${id}`);
  return found;
}

const field = element("text", HTMLTextAreaElement);
const sheet = element("sheet", HTMLElement);
const status = element("status", HTMLElement);
const keys = ["accept", "accept-word", "dismiss"].map((id) => element(id, HTMLButtonElement));
const mirror = {
  before: element("mirror-before", HTMLElement),
  ghost: element("ghost", HTMLElement),
  after: element("mirror-after", HTMLElement),
};

let ghost = "";
let ghostBefore = "";
let ghostDone = false;
let newestRequest = 0;
let composing = false;

const link = new Link(showConnection, receive);

function caret() {
  const { value, selectionStart, selectionEnd } = field;
  const isCaret = selectionStart === selectionEnd && document.activeElement === field;
  return { before: value.slice(0, selectionStart), after: value.slice(selectionEnd), isCaret };
}

function draw() {
  const { before, after } = caret();
  mirror.before.textContent = before;
  mirror.ghost.textContent = ghost;
  mirror.after.textContent = after;
  sheet.classList.toggle("reflow", ghost !== "" && after !== "");
  for (const key of keys) key.disabled = ghost === "";
}

/** @param {string} text */
function show(text) {
  ghost = text;
  ghostBefore = caret().before;
  draw();
}

function ask() {
  const { before, after, isCaret } = caret();
  newestRequest += 1;
  if (!isCaret || composing) return;
  link.send({
    type: "complete",
    id: String(newestRequest),
    field: FIELD,
    before: tail(before, MAX_BEFORE),
    after: head(after, MAX_AFTER),
  });
}

/** @param {import("./link.js").Suggestion} suggestion */
function receive(suggestion) {
  if (suggestion.id !== String(newestRequest) || composing || !caret().isCaret) return;
  ghostDone = suggestion.done;
  show(suggestion.text);
  if (!suggestion.done) return;
  const sure = `${Math.round(suggestion.confidence * 100)} % sure of the first word`;
  const shown = `${Math.round(suggestion.ms)} ms · ${sure}`;
  status.textContent = ghost ? shown : (REASONS.get(suggestion.suppressed ?? "") ?? "");
  element("spoken", HTMLElement).textContent = ghost && `Suggestion: ${ghost}`;
}

/** The text or the caret changed: keep what the user types through, else ask anew. */
function follow() {
  const { before, isCaret } = caret();
  const rest = isCaret && !composing ? typedThrough(ghost, ghostBefore, before) : null;
  if (rest && ghostDone) {
    show(rest);
    return;
  }
  show("");
  ask();
}

/** @param {string} text */
function accept(text) {
  const at = field.selectionStart;
  // Moving the caret ends the browser's typing transaction, so that the accepted words are one
  // undo step of their own.
  field.setSelectionRange(at && at - 1, at && at - 1);
  field.setSelectionRange(at, at);
  document.execCommand("insertText", false, text); // fires input: `follow` keeps the rest
}

function dismiss() {
  newestRequest += 1;
  show("");
  status.textContent = "Put aside. Type on for another one.";
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const modifiers = [event.ctrlKey, event.metaKey, event.altKey, event.shiftKey].join();
  const wordModifiers = [!IS_MAC, IS_MAC, false, false].join();
  if (!ghost || composing || event.isComposing) return;
  if (event.key === "Tab" && !modifiers.includes("true")) accept(ghost);
  else if (event.key === "ArrowRight" && modifiers === wordModifiers) accept(firstWord(ghost));
  else if (event.key === "Escape") dismiss();
  else return;
  event.preventDefault();
}

/** @param {import("./link.js").State} state */
function showConnection(state) {
  element("connection", HTMLElement).dataset.state = state;
  element("connection-text", HTMLElement).textContent = CONNECTION[state];
  element("retry", HTMLButtonElement).hidden = state !== "lost";
  if (state === "open") {
    follow();
    return;
  }
  show("");
  status.textContent = "Your text stays here. Start PLM again with: plm run";
}

/** @param {string} text */
function startWith(text) {
  field.focus();
  field.select();
  document.execCommand("insertText", false, text);
}

field.addEventListener("keydown", onKey);
field.addEventListener("input", follow);
field.addEventListener("blur", () => show(""));
field.addEventListener("compositionstart", () => {
  composing = true;
  show("");
});
field.addEventListener("compositionend", () => {
  composing = false;
  follow();
});
document.addEventListener("selectionchange", () => {
  if (ghost && caret().before !== ghostBefore) follow();
});

const acts = [() => accept(ghost), () => accept(firstWord(ghost)), dismiss];
keys.forEach((key, index) => {
  key.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
  key.addEventListener("click", () => acts[index]?.());
});
for (const starter of document.querySelectorAll("#starters button")) {
  starter.addEventListener("click", () => startWith(starter.textContent ?? ""));
}

element("modifier", HTMLElement).textContent = IS_MAC ? "⌘" : "Ctrl";
element("retry", HTMLButtonElement).addEventListener("click", () => link.open());
document.addEventListener("visibilitychange", () => document.hidden || link.open());
link.open();
