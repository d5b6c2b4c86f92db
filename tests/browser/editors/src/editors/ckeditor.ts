import { Bold, ClassicEditor, Essentials, type Element as ModelElement, Paragraph, type TextProxy, Undo } from 'ckeditor5';
import 'ckeditor5/ckeditor5.css';
import { offer, place } from '../editor';

const editor = await ClassicEditor.create(place(), {
  licenseKey: 'GPL',
  plugins: [Essentials, Paragraph, Bold, Undo],
  toolbar: ['undo', 'redo', 'bold'],
});

/** Of the model, not of the view. */
function textOf(block: ModelElement): string {
  const pieces: string[] = [];
  for (const { item } of editor.model.createRangeIn(block)) {
    if (item.is('$textProxy')) pieces.push((item as TextProxy).data);
    if (item.is('element', 'softBreak')) pieces.push('\n');
  }
  return pieces.join('');
}

offer({
  text: () => {
    const root = editor.model.document.getRoot();
    const blocks = root ? [...root.getChildren()] : [];
    return blocks.map((block) => textOf(block as ModelElement)).join('\n');
  },
  replace: (text) => editor.setData(`<p>${text}</p>`),
});
