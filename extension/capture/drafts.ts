/** Tells drafts what happens to their fields. */

import type { Writer } from '../fields/writer';
import type { PageLink } from '../link/page-link';
import { Draft } from './draft';

/** How long a page may take to clear a field after Enter. */
const SENT_BY_ENTER_MS = 500;

export class Drafts {
  private readonly drafts = new WeakMap<HTMLElement, Draft>();
  private current: Draft | null = null;

  constructor(private readonly link: PageLink) {}

  /** The field gets the focus, or, with null, loses it. */
  follow(writer: Writer | null): void {
    this.current?.report();
    this.current = writer && this.draftOf(writer);
  }

  beforeInput(): void {
    if (this.link.rules.capture) this.current?.beforeChange();
  }

  /** `ownWriting`: an accepted suggestion is the user's text and was not typed. */
  input(event: InputEvent, ownWriting: boolean): void {
    const { current } = this;
    if (!current) return;
    if (!ownWriting && !event.isComposing) current.typed(typedBy(event));
    if (this.link.rules.capture) current.changed();
  }

  composed(event: CompositionEvent): void {
    this.current?.typed(event.data);
  }

  pasted(data: DataTransfer | null): void {
    this.current?.pasted(data?.getData('text/plain') ?? '');
  }

  /** Enter sends, in some places; there the field is empty soon after. */
  entered(): void {
    const { current } = this;
    if (!current) return;
    // An editor may have written since without saying so.
    this.beforeInput();
    if (this.link.rules.capture) current.changed();
    setTimeout(() => current.beforeChange(), SENT_BY_ENTER_MS);
  }

  /** A form is submitted, or the page may be about to go. */
  reportAll(): void {
    this.current?.report();
  }

  private draftOf(writer: Writer): Draft {
    const known = this.drafts.get(writer.element);
    if (known) return known;
    const draft = new Draft(writer, this.link);
    this.drafts.set(writer.element, draft);
    return draft;
  }
}

function typedBy(event: InputEvent): string {
  switch (event.inputType) {
    case 'insertText':
    case 'insertReplacementText':
      return event.data ?? '';
    case 'insertLineBreak':
    case 'insertParagraph':
      return '\n';
    default:
      return '';
  }
}
