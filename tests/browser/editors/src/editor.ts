/** What every page offers to its tests: the editor's own view of what was written. */

export interface Editor {
  /** The text of the editor's own model, blocks as lines. */
  text(): string;
  /** Rewrite the text, as a page's own script would. */
  replace(text: string): void;
  /** As its user finds it, with the caret in it, where more is in it than what they write. */
  begin?(): void;
  /** What was sent off from here, where Enter sends. */
  sent?(): string[];
}

declare global {
  interface Window {
    editor: Editor;
  }
}

export function offer(editor: Editor): void {
  window.editor = editor;
}

export function place(): HTMLElement {
  const element = document.getElementById('editor');
  if (!element) throw new Error('the page has no place for an editor');
  return element;
}
