/** Search results mark their hits with two private-use characters. */

const HIT_START = '\ue000';
const HIT_END = '\ue001';

export interface Piece {
  text: string;
  isHit: boolean;
}

export function pieces(snippet: string): Piece[] {
  const found: Piece[] = [];
  const add = (text: string, isHit: boolean) => {
    if (text) found.push({ text, isHit });
  };
  const [head = '', ...rest] = snippet.split(HIT_START);
  add(head.replaceAll(HIT_END, ''), false);
  for (const part of rest) {
    const end = part.indexOf(HIT_END);
    add(end < 0 ? part : part.slice(0, end), true);
    if (end >= 0) add(part.slice(end + 1).replaceAll(HIT_END, ''), false);
  }
  return found;
}
