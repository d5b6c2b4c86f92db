import { offer, place } from '../editor';

const field = document.createElement('input');
field.size = 80;
place().append(field);
offer({
  text: () => field.value,
  replace: (text) => {
    field.value = text;
  },
});
