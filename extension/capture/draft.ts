/**
 * What the user writes in one field, until it is sent off or cleared away.
 *
 * Reports of the same draft replace each other, so that a text that is sent, found wanting and
 * sent again is kept once.
 */

import { isSensitive } from '../fields/sensitive';
import { uniqueName } from '../fields/unique-name';
import type { Writer } from '../fields/writer';
import type { PageLink } from '../link/page-link';

/** As `MAX_DOCUMENT_CHARS` of the daemon. */
const LONGEST_DOCUMENT = 200_000;
/** As `MAX_PASTES` and `MAX_PASTE_CHARS` of the daemon. */
const MOST_PASTES = 32;
const LONGEST_PASTE = 5_000;

export class Draft {
  private id = uniqueName();
  private typedChars = 0;
  private pastedChars = 0;
  private pastes: string[] = [];
  private lastText = '';
  private reported = '';

  constructor(
    private readonly writer: Writer,
    private readonly link: PageLink,
  ) {}

  typed(characters: string): void {
    this.typedChars += countCharacters(characters);
  }

  pasted(characters: string): void {
    this.pastedChars += countCharacters(characters);
    const paste = characters.slice(0, LONGEST_PASTE).toWellFormed();
    this.pastes = [...this.pastes, paste].slice(-MOST_PASTES);
  }

  /** The text is about to change. */
  beforeChange(): void {
    if (this.isClearedByPage()) this.report();
  }

  /** The text has changed by the user's doing. */
  changed(): void {
    this.lastText = this.writer.text();
  }

  /** The field is submitted or left, or the page goes away. */
  report(): void {
    if (!this.link.rules.capture) return;
    const cleared = this.isClearedByPage();
    this.hand(cleared ? this.lastText : this.writer.text());
    if (cleared) this.begin();
  }

  /** Chat windows empty the field when the message is off. */
  private isClearedByPage(): boolean {
    return this.lastText.trim() !== '' && this.writer.text().trim() === '';
  }

  private hand(text: string): void {
    const isOurs = this.typedChars + this.pastedChars > 0;
    const length = countCharacters(text);
    if (!isOurs || text.trim() === '' || text === this.reported || length > LONGEST_DOCUMENT)
      return;
    if (isSensitive(this.writer.element)) return;
    this.reported = text;
    this.link.send({
      kind: 'capture',
      draft: this.id,
      fieldKind: this.writer.kind,
      text: text.toWellFormed(),
      typedChars: Math.min(this.typedChars, length),
      pastedChars: Math.min(this.pastedChars, length),
      pastes: this.pastes,
    });
  }

  private begin(): void {
    this.id = uniqueName();
    this.typedChars = 0;
    this.pastedChars = 0;
    this.pastes = [];
    this.lastText = '';
    this.reported = '';
  }
}

/** Code points, as the daemon counts. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
