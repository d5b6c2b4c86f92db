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
offer({
  text: () => editor.getContent({ format: 'text' }).replaceAll('\u00a0', ' ').replaceAll('\n\n', '\n'),
  replace: (text) => {
    editor.setContent(`<p>${text}</p>`);
  },
});
