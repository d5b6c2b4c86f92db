/** A textarea in a component of the page's own. */

import { offer, place } from '../editor';

const field = document.createElement('textarea');
field.rows = 5;
field.cols = 100;
place().attachShadow({ mode: 'open' }).append(field);
offer({
  text: () => field.value,
  replace: (text) => {
    field.value = text;
  },
});
