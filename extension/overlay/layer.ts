/**
 * The place where PLM draws: in the top layer, outside the page's content, closed to its scripts.
 *
 * A page can see that the element is there, and never what is in it: suggestions are made of what
 * the user wrote elsewhere.
 */

const TAG = 'plm-ghost';

let host: HTMLElement | null = null;
let root: ShadowRoot | null = null;

/** The shadow root to draw in; visible between `open` and `close`. */
export function layerRoot(): ShadowRoot {
  if (host && root) return root;
  host = document.createElement(TAG);
  host.setAttribute('popover', 'manual');
  host.setAttribute('aria-hidden', 'true');
  const style = {
    all: 'initial',
    position: 'fixed',
    inset: '0 auto auto 0',
    width: '0',
    height: '0',
    margin: '0',
    padding: '0',
    border: '0',
    background: 'none',
    overflow: 'visible',
    'pointer-events': 'none',
    'user-select': 'none',
    'color-scheme': 'inherit',
  };
  for (const [property, value] of Object.entries(style)) {
    host.style.setProperty(property, value, 'important');
  }
  root = host.attachShadow({ mode: 'closed' });
  return root;
}

/** Show the layer, above dialogs that were opened since it was last shown. */
export function open(): void {
  layerRoot();
  if (!host) return;
  // Pages rewrite their document at will: come back when we were thrown out.
  if (!host.isConnected) document.documentElement?.append(host);
  close();
  if (host.isConnected) host.showPopover();
}

/** Take the layer out of the page for good. */
export function remove(): void {
  host?.remove();
  host = null;
  root = null;
}

export function close(): void {
  if (isOpen()) host?.hidePopover();
}

export function isOpen(): boolean {
  return host?.matches(':popover-open') ?? false;
}
