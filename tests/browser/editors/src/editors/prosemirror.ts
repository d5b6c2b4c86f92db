import { exampleSetup } from 'prosemirror-example-setup';
import 'prosemirror-example-setup/style/style.css';
import 'prosemirror-menu/style/menu.css';
import { schema } from 'prosemirror-schema-basic';
import { EditorState } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import 'prosemirror-view/style/prosemirror.css';
import { offer, place } from '../editor';

const state = EditorState.create({ schema, plugins: exampleSetup({ schema }) });
const view = new EditorView(place(), { state });
offer({
  text: () => view.state.doc.textBetween(0, view.state.doc.content.size, '\n', '\n'),
  replace: (text) => {
    const { tr, doc } = view.state;
    view.dispatch(tr.insertText(text, 0, doc.content.size));
  },
});
