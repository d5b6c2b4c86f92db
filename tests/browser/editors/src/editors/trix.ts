import 'trix';
import 'trix/dist/trix.css';
import { offer, place } from '../editor';

interface TrixElement extends HTMLElement {
  editor: { getDocument(): { toString(): string }; loadHTML(html: string): void };
}

const element = document.createElement('trix-editor') as TrixElement;
place().append(element);
offer({
  text: () => element.editor.getDocument().toString().replace(/\n$/, ''),
  replace: (text) => element.editor.loadHTML(`<div>${text}</div>`),
});
