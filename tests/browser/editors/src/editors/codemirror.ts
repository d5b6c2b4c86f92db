import { basicSetup, EditorView } from 'codemirror';
import { offer, place } from '../editor';

const view = new EditorView({ parent: place(), extensions: [basicSetup] });
offer({
  text: () => view.state.doc.toString(),
  replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
});
