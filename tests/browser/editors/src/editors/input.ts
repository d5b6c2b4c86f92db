import { offer, place } from '../editor';

const field = document.createElement('input');
field.size = 100;
place().append(field);
offer({
  text: () => field.value,
  replace: (text) => {
    field.value = text;
  },
});
