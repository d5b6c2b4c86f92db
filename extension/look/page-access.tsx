/** Whether the browser lets PLM into pages: Firefox's users can take that back at any time. */

import { useEffect, useState } from 'preact/hooks';
import { type Browser, browser } from 'wxt/browser';

const EVERYWHERE: Browser.permissions.Permissions = { origins: ['<all_urls>'] };

export function useMissingAccess(): boolean {
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    const look = async () => setMissing(!(await browser.permissions.contains(EVERYWHERE)));
    void look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, []);
  return isMissing;
}

/** `onAllow` has to lead to `requestAccess`, or to a page that offers it. */
export function MissingAccess({ onAllow }: { onAllow: () => void }) {
  return (
    <p class="notice">
      The browser does not let PLM into pages. Allow it, then load the pages again that are open.{' '}
      <button class="button small" type="button" onClick={onAllow}>
        Allow on all sites
      </button>
    </p>
  );
}

/** Browsers ask their user about this, and only straight after a click. */
export function requestAccess(): void {
  void browser.permissions.request(EVERYWHERE);
}
