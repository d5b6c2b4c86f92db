import { Editor } from '@tiptap/core';
import StarterKit from '@tiptap/starter-kit';
import { offer, place } from '../editor';

const editor = new Editor({ element: place(), extensions: [StarterKit] });
offer({
  text: () => editor.getText({ blockSeparator: '\n' }),
  replace: (text) => {
    editor.commands.setContent(`<p>${text}</p>`);
  },
});
