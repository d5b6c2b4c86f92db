/** A chat as Slack has it: Quill, and Enter sends. */

import Quill from 'quill';
import 'quill/dist/quill.core.css';
import { offer, place } from '../editor';

const sent: string[] = [];
const quill = new Quill(place(), {
  placeholder: 'Message #general',
  modules: { keyboard: { bindings: { send: { key: 'Enter', handler: send } } } },
});

function send(): void {
  sent.push(text());
  quill.setText('', 'user');
}

function text(): string {
  return quill.getText().replace(/\n$/, '');
}

offer({ text, replace: (words) => quill.setText(words), sent: () => sent });
