import { createEmptyHistoryState, registerHistory } from '@lexical/history';
import { registerRichText } from '@lexical/rich-text';
import { $createParagraphNode, $createTextNode, $getRoot, createEditor } from 'lexical';
import { offer, place } from '../editor';

const MERGE_MS = 300;
const element = place();
element.contentEditable = 'true';
const editor = createEditor({
  namespace: 'test',
  onError: (error) => {
    throw error;
  },
});
editor.setRootElement(element);
registerRichText(editor);
registerHistory(editor, createEmptyHistoryState(), MERGE_MS);
offer({
  text: () => editor.getEditorState().read(() => $getRoot().getTextContent()).replaceAll('\n\n', '\n'),
  replace: (text) =>
    editor.update(() => {
      const paragraph = $createParagraphNode().append($createTextNode(text));
      $getRoot().clear().append(paragraph);
      paragraph.selectEnd();
    }),
});
