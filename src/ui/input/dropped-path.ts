/** Reads a paste that is one path, as terminals write a dropped file: quoted, escaped, or a file URL. */
export function droppedPath(pasted: string): string | undefined {
  const text = pasted.trim();
  if (text === '' || text.length > 4096 || text.includes('\n')) return undefined;
  if (text.startsWith('file://')) return fromUrl(text);
  const quoted = /^(['"])(.*)\1$/.exec(text);
  const path = quoted === null ? text.replace(/\\([^A-Za-z0-9])/g, '$1') : (quoted[2] ?? '');
  const isEscaped = quoted !== null || !/(?<!\\)\s/.test(text);
  return isEscaped && /^(?:\/|~\/|\.{1,2}\/|[A-Za-z]:[\\/])/.test(path) ? path : undefined;
}

function fromUrl(text: string): string | undefined {
  try {
    return decodeURIComponent(new URL(text).pathname);
  } catch {
    return undefined;
  }
}
