/** A post as LinkedIn has it: Quill with a placeholder and a menu of people, which the field controls. */

import Quill from 'quill';
import 'quill/dist/quill.core.css';
import { offer, place } from '../editor';
import { Mentions } from '../mentions';

const quill = new Quill(place(), { placeholder: 'What do you want to talk about?' });
const field = quill.root;
field.setAttribute('role', 'textbox');
field.setAttribute('aria-multiline', 'true');
const mentions = new Mentions((list, isOpen) => {
  if (isOpen) field.setAttribute('aria-controls', list.id);
  else field.removeAttribute('aria-controls');
});

function before(): string {
  return quill.getText(0, quill.getSelection()?.index ?? 0);
}

quill.on('editor-change', () => mentions.look(before()));
field.addEventListener(
  'keydown',
  (event) => {
    const rest = mentions.taken(event.key, before());
    if (rest === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const at = quill.getSelection()?.index ?? 0;
    quill.insertText(at, rest, 'user');
    quill.setSelection(at + rest.length);
  },
  { capture: true },
);
offer({ text: () => quill.getText().replace(/\n$/, ''), replace: (text) => quill.setText(text) });
