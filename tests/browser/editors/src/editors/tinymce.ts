import tinymce from 'tinymce';
import 'tinymce/icons/default';
import 'tinymce/models/dom';
import 'tinymce/skins/ui/oxide/skin';
import 'tinymce/skins/ui/oxide/content';
import 'tinymce/skins/content/default/content';
import 'tinymce/themes/silver';
import { offer, place } from '../editor';

const [editor] = await tinymce.init({
  target: place(),
  license_key: 'gpl',
  height: 240,
  promotion: false,
  branding: false,
});
if (!editor) throw new Error('TinyMCE did not start');
const body = editor.getBody();
offer({
  text: () => [...body.children].map(lines).join('\n'),
  replace: (text) => {
    editor.setContent(`<p>${text}</p>`);
  },
});

/** Of a paragraph. `getContent` as text reads an emptied one now as one line, now as two. */
function lines(paragraph: Element): string {
  const texts = document.createTreeWalker(paragraph);
  let text = '';
  while (texts.nextNode()) {
    const node = texts.currentNode;
    text += node.nodeName === 'BR' ? '\n' : node.nodeType === Node.TEXT_NODE ? node.nodeValue : '';
  }
  // The last one holds the paragraph open.
  return text.replace(/\n$/, '').replaceAll('\u00a0', ' ').replaceAll('\ufeff', '');
}
