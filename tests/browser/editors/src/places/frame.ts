/** A frame that the page writes itself, as editors of the older kind do. */

import { offer, place } from '../editor';

const frame = document.createElement('iframe');
frame.width = '900';
place().append(frame);
const inside = frame.contentDocument as Document;
inside.open();
inside.write('<!doctype html><body contenteditable="true" style="font: 16px sans-serif"></body>');
inside.close();
offer({
  text: () => inside.body.innerText.replace(/\n$/, ''),
  replace: (text) => {
    inside.body.textContent = text;
  },
});
