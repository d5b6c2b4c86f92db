import { offer, place } from '../editor';

const field = document.createElement('textarea');
field.rows = 5;
field.cols = 100;
place().append(field);
offer({
  text: () => field.value,
  replace: (text) => {
    field.value = text;
  },
});
