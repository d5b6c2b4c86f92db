/** Listeners that `document.open` does not get rid of. */

type PageEvents = WindowEventMap & DocumentEventMap;

/** First in line: before every listener of the page. */
type Listen = <K extends string>(
  target: Window | Document,
  type: K,
  listener: (event: K extends keyof PageEvents ? PageEvents[K] : Event) => void,
) => void;

/**
 * Pages write whole frames with `document.open`, which takes every listener off them, ours too.
 * Nothing tells of it but the new content; adding a listener that is there changes nothing.
 */
export function lastingListeners(end: AbortSignal): Listen {
  const additions: Array<() => void> = [];
  const rewritten = new MutationObserver(() => {
    for (const add of additions) add();
  });
  rewritten.observe(document, { childList: true });
  end.addEventListener('abort', () => rewritten.disconnect());
  return (target, type, listener) => {
    const options = { capture: true, passive: type === 'scroll', signal: end };
    const add = () => target.addEventListener(type, listener as EventListener, options);
    additions.push(add);
    add();
  };
}
