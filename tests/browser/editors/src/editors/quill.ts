import Quill from 'quill';
import 'quill/dist/quill.snow.css';
import { offer, place } from '../editor';

const quill = new Quill(place(), { theme: 'snow' });
offer({
  text: () => quill.getText().replace(/\n$/, ''),
  replace: (text) => quill.setText(text),
});
