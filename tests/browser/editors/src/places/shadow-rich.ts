/** Rich content in a component of the page's own. */

import { offer, place } from '../editor';

const field = document.createElement('div');
field.contentEditable = 'true';
field.style.minHeight = '120px';
place().attachShadow({ mode: 'open' }).append(field);
offer({
  text: () => field.innerText.replace(/\n$/, ''),
  replace: (text) => {
    field.textContent = text;
  },
});
