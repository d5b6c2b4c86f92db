/** A frame that has room for an editor. */
export function frameOf(address: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.width = '1000';
  frame.height = '300';
  frame.src = address;
  return frame;
}
