/** Editors that keep a model of their own behind what is to be seen. */

const TEXT_EDITORS = [
  '.ProseMirror',
  '[data-lexical-editor]',
  '.ql-editor',
  '.ck-editor__editable',
  '.mce-content-body',
  'trix-editor',
  '[data-slate-editor]',
  '.public-DraftEditor-content',
].join(',');

/** Programs are not what a writer's language model is for. */
const CODE_EDITORS = ['.cm-content', '.monaco-editor'].join(',');

export function hasEngine(element: HTMLElement): boolean {
  return isTextEditor(element) || element.closest(CODE_EDITORS) !== null;
}

export function isTextEditor(element: HTMLElement): boolean {
  return element.closest(TEXT_EDITORS) !== null;
}
