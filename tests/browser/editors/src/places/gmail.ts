/** An answer as Gmail has it: one `contenteditable`, with a signature and what is quoted below. */

import { offer, place } from '../editor';

const BELOW = `<div class="gmail_signature">--<br>Ada Lovelace</div>
<div class="gmail_quote"><div>On Monday, Charles wrote:</div><blockquote>When will you come?</blockquote></div>`;

const body = place();
body.contentEditable = 'true';
body.setAttribute('role', 'textbox');
body.setAttribute('aria-multiline', 'true');
body.setAttribute('aria-label', 'Message Body');

function begin(): void {
  body.innerHTML = `<div><br></div>${BELOW}`;
  body.focus();
  getSelection()?.setPosition(body.firstElementChild, 0);
}

/** Everything, should what stands below have changed. */
function text(): string {
  const { innerHTML } = body;
  if (!innerHTML.endsWith(BELOW)) return innerHTML;
  const lines = [...body.children].slice(0, -2);
  return lines.map((line) => line.textContent).join('\n');
}

begin();
offer({ text, begin, replace: (words) => body.firstElementChild?.replaceChildren(words) });
