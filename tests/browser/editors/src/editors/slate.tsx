import { useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { createEditor, type Descendant, Editor, Node, Transforms } from 'slate';
import { withHistory } from 'slate-history';
import { Editable, Slate, withReact } from 'slate-react';
import { offer, place } from '../editor';

const EMPTY = [{ type: 'paragraph', children: [{ text: '' }] }] as Descendant[];

function Page() {
  const editor = useMemo(() => withHistory(withReact(createEditor())), []);
  offer({
    text: () => editor.children.map((node) => Node.string(node)).join('\n'),
    replace: (text) => {
      Transforms.select(editor, Editor.range(editor, []));
      Transforms.insertText(editor, text);
    },
  });
  return (
    <Slate editor={editor} initialValue={EMPTY}>
      <Editable placeholder="Write" />
    </Slate>
  );
}

createRoot(place()).render(<Page />);
