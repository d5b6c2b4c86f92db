import { ContentState, Editor, EditorState } from 'draft-js';
import 'draft-js/dist/Draft.css';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { offer, place } from '../editor';

function Page() {
  const [state, setState] = useState(() => EditorState.createEmpty());
  offer({
    text: () => state.getCurrentContent().getPlainText('\n'),
    replace: (text) => {
      const content = ContentState.createFromText(text);
      setState(EditorState.moveFocusToEnd(EditorState.push(state, content, 'insert-characters')));
    },
  });
  return <Editor editorState={state} onChange={setState} />;
}

createRoot(place()).render(<Page />);
