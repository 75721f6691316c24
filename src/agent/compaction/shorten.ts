/** Shortens a text in its middle; the head and the tail stay. */
export function shorten(text: string, max_length: number): string {
  if (text.length <= max_length) return text;
  const head = Math.ceil(max_length * 0.6);
  const tail = max_length - head;
  const left_out = text.length - max_length;
  const short = `${text.slice(0, head)}\n[… ${left_out} characters left out …]\n${text.slice(text.length - tail)}`;
  return short.toWellFormed();
}
