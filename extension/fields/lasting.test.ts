import { expect, test, vi } from 'vitest';
import { lastingListeners } from './lasting';

/** As `document.open` and `write` do, but that they also take the listeners. */
async function rewrite(): Promise<void> {
  document.documentElement.remove();
  document.append(document.createElement('html'));
  await new Promise((resolve) => setTimeout(resolve));
}

test('listeners are there again after the page was written anew, and once', async () => {
  const add = vi.spyOn(window, 'addEventListener');
  const heard = vi.fn();
  const end = new AbortController();
  lastingListeners(end.signal)(window, 'keydown', heard);
  await rewrite();
  expect(add).toHaveBeenCalledTimes(2);
  window.dispatchEvent(new Event('keydown'));
  expect(heard).toHaveBeenCalledTimes(1);
});

test('after the end nothing listens any more, however the page is written', async () => {
  const heard = vi.fn();
  const end = new AbortController();
  lastingListeners(end.signal)(window, 'keydown', heard);
  end.abort();
  await rewrite();
  window.dispatchEvent(new Event('keydown'));
  expect(heard).not.toHaveBeenCalled();
});
