import { defineContentScript } from 'wxt/utils/define-content-script';
import { keepClock } from '../fields/undo-step';

/** In the page's own world, where nothing of PLM is but this. */
export default defineContentScript({
  matches: ['<all_urls>'],
  allFrames: true,
  matchAboutBlank: true,
  matchOriginAsFallback: true,
  runAt: 'document_start',
  world: 'MAIN',
  main: () => keepClock(Date),
});
