import { browser } from 'wxt/browser';
import { defineContentScript } from 'wxt/utils/define-content-script';
import { PageLink } from '../link/page-link';
import { Page } from '../page/page';

export default defineContentScript({
  matches: ['<all_urls>'],
  allFrames: true,
  matchAboutBlank: true,
  matchOriginAsFallback: true,
  // Before the page's own scripts: a key that accepts a suggestion must not reach them.
  runAt: 'document_start',
  main(context) {
    if (browser.extension.inIncognitoContext) return;
    const link = new PageLink();
    link.onLost = () => {
      if (!browser.runtime?.id) context.notifyInvalidated();
    };
    new Page(link).listen(context.signal);
    if (window === window.top) answerWhere();
  },
});

/** The popup asks which site it was opened on; no permission to read tabs is needed that way. */
function answerWhere(): void {
  browser.runtime.onMessage.addListener((message, _sender, respond) => {
    if (message?.kind === 'where') respond(location.origin);
  });
}
