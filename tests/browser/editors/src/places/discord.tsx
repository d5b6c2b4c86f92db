/** A chat as Discord has it: Slate, Enter sends, and a menu of people that the field calls expanded. */

import { type KeyboardEvent, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createEditor, type Descendant, Editor, Node, Transforms } from 'slate';
import { withHistory } from 'slate-history';
import { Editable, Slate, withReact } from 'slate-react';
import { offer, place } from '../editor';
import { Mentions } from '../mentions';

const EMPTY = [{ type: 'line', children: [{ text: '' }] }] as Descendant[];
const sent: string[] = [];

function Page() {
  const editor = useMemo(() => withHistory(withReact(createEditor())), []);
  const [isExpanded, setExpanded] = useState(false);
  const mentions = useMemo(() => new Mentions((_, isOpen) => setExpanded(isOpen)), []);
  const text = () => editor.children.map((node) => Node.string(node)).join('\n');
  const replace = (words: string) => {
    Transforms.select(editor, Editor.range(editor, []));
    Transforms.insertText(editor, words);
  };
  const before = () =>
    editor.selection
      ? Editor.string(editor, { anchor: Editor.start(editor, []), focus: editor.selection.focus })
      : '';
  const send = () => {
    sent.push(text());
    Transforms.delete(editor, { at: Editor.range(editor, []) });
  };
  const keyDown = (event: KeyboardEvent) => {
    const rest = mentions.taken(event.key, before());
    const sends = event.key === 'Enter' && !event.shiftKey;
    if (rest === null && !sends) return;
    event.preventDefault();
    if (rest !== null) Transforms.insertText(editor, rest);
    else send();
  };
  offer({ text, replace, sent: () => sent });
  return (
    <Slate editor={editor} initialValue={EMPTY} onChange={() => mentions.look(before())}>
      <Editable
        placeholder="Message #general"
        aria-haspopup="listbox"
        aria-controls="people"
        aria-expanded={isExpanded}
        onKeyDown={keyDown}
      />
    </Slate>
  );
}

createRoot(place()).render(<Page />);
