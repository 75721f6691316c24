/** Gives what can be typed of some text: line ends are `\n`, other control characters but tabs do not exist. */
export function typedText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
