import * as monaco from 'monaco-editor/editor/editor.api';
import { offer, place } from '../editor';

const element = place();
element.style.height = '160px';
const editor = monaco.editor.create(element, { language: 'plaintext', minimap: { enabled: false } });
offer({
  text: () => editor.getValue(),
  replace: (text) => editor.setValue(text),
});
