/**
 * Fields that PLM never reads: no completion, no capture.
 *
 * What an element *was* counts as much as what it is: after "show password" a password field calls
 * itself a text field, so elements are remembered from first sight.
 */

const NEVER_AUTOCOMPLETE = /^(current-password|new-password|one-time-code|webauthn|cc-.+)$/;
const SECRET_WORDS = new Set([
  'password',
  'passwd',
  'passwort',
  'passcode',
  'passphrase',
  'pwd',
  'otp',
  'totp',
  'mfa',
  '2fa',
  'cvv',
  'cvc',
  'csc',
  'iban',
  'ssn',
  'captcha',
]);
const SECRET_PHRASES = [
  ['card', 'number'],
  ['credit', 'card'],
  ['security', 'code'],
  ['verification', 'code'],
  ['social', 'security'],
  ['private', 'key'],
  ['seed', 'phrase'],
  ['recovery', 'phrase'],
  ['api', 'key'],
];
/** Harmless by themselves; not where the page also forbids the browser to remember. */
const SUSPICIOUS_WORDS = new Set(['pass', 'pin', 'code', 'token', 'secret', 'key', 'tan']);
const OPT_OUTS = [
  ['data-gramm', 'false'],
  ['data-gramm_editor', 'false'],
  ['data-enable-grammarly', 'false'],
  ['data-lt-active', 'false'],
  ['data-plm', 'false'],
] as const;
const SHORT_NUMBER = 8;

const knownSecret = new WeakSet<Element>();
const watchedRoots = new WeakSet<Node>();
const observers: MutationObserver[] = [];

/** Whether this element is, was, or looks like a place for a secret, or the page opted out. */
export function isSensitive(element: HTMLElement): boolean {
  if (knownSecret.has(element)) return true;
  if (isSecret(element)) {
    knownSecret.add(element);
    return true;
  }
  return hasOptedOut(element);
}

/** Remember password fields that turn into something else, from now on. */
export function watchForSecrets(root: Document | ShadowRoot): void {
  if (watchedRoots.has(root)) return;
  watchedRoots.add(root);
  const observer = new MutationObserver((changes) => {
    for (const { oldValue, target } of changes) {
      if (oldValue?.toLowerCase() === 'password') knownSecret.add(target as Element);
    }
  });
  observer.observe(root, {
    subtree: true,
    attributes: true,
    attributeFilter: ['type'],
    attributeOldValue: true,
  });
  observers.push(observer);
}

export function stopWatchingForSecrets(): void {
  for (const observer of observers.splice(0)) observer.disconnect();
}

function isSecret(element: HTMLElement): boolean {
  if (autocompleteTokens(element).some((token) => NEVER_AUTOCOMPLETE.test(token))) return true;
  if (isMasked(element) || isNamedLikeSecret(element)) return true;
  return element instanceof HTMLInputElement && (element.type === 'password' || isPin(element));
}

/** The words of names like `userPassword`, `card-number` or `otp_2`, in lower case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter(Boolean);
}

function isNamedLikeSecret(element: HTMLElement): boolean {
  const names = ['name', 'id', 'aria-label', 'placeholder', 'title'];
  const remembers = !autocompleteTokens(element).includes('off');
  return names.some((attribute) => {
    const words = wordsOf(element.getAttribute(attribute) ?? '');
    return (
      words.some((word) => SECRET_WORDS.has(word)) ||
      SECRET_PHRASES.some((phrase) => containsPhrase(words, phrase)) ||
      (!remembers && words.some((word) => SUSPICIOUS_WORDS.has(word)))
    );
  });
}

function containsPhrase(words: string[], phrase: string[]): boolean {
  return ` ${words.join(' ')} `.includes(` ${phrase.join(' ')} `);
}

/** Short and digits only: a PIN or a code. */
function isPin(input: HTMLInputElement): boolean {
  const isNumeric = input.inputMode === 'numeric' || input.inputMode === 'decimal';
  return isNumeric && input.maxLength > 0 && input.maxLength <= SHORT_NUMBER;
}

function isMasked(element: HTMLElement): boolean {
  const security = getComputedStyle(element).getPropertyValue('-webkit-text-security');
  return security !== '' && security !== 'none';
}

function autocompleteTokens(element: HTMLElement): string[] {
  return (element.getAttribute('autocomplete') ?? '').toLowerCase().split(/\s+/);
}

function hasOptedOut(element: HTMLElement): boolean {
  return OPT_OUTS.some(([attribute, value]) => element.closest(`[${attribute}="${value}"]`));
}
