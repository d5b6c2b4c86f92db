/** A menu of people as chats have it: it opens while their name is written, and Tab takes the first. */

const PEOPLE = ['Ada Lovelace', 'Charles Babbage'];

export class Mentions {
  private readonly list = document.createElement('ul');
  private found: string[] = [];

  /** `mark` says on the field that the menu is open, or is not. */
  constructor(private readonly mark: (list: HTMLElement, isOpen: boolean) => void) {
    this.list.id = 'people';
    this.list.setAttribute('role', 'listbox');
    this.list.hidden = true;
    document.body.append(this.list);
  }

  /** What stands before the caret has changed. */
  look(before: string): void {
    const begun = /@([^@]+)$/.exec(before)?.[1];
    this.found = begun ? PEOPLE.filter((name) => name.startsWith(begun) && name !== begun) : [];
    this.list.replaceChildren(...this.found.map(option));
    this.list.hidden = this.found.length === 0;
    this.mark(this.list, !this.list.hidden);
  }

  /** What is to be written for the part of the name that stands there, if this key takes it. */
  taken(key: string, before: string): string | null {
    const [name] = this.found;
    const begun = /@([^@]+)$/.exec(before)?.[1];
    return key === 'Tab' && name && begun ? name.slice(begun.length) : null;
  }
}

function option(name: string): HTMLElement {
  const element = document.createElement('li');
  element.id = `person-${name.length}`;
  element.setAttribute('role', 'option');
  element.textContent = name;
  return element;
}
