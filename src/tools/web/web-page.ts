/** A page that is longer, deeper or fuller than this is not converted but stripped: converting it could take minutes. */
const MAX_CHARACTERS = 1_000_000;
const MAX_TAGS = 20_000;
const MAX_DEPTH = 200;

/** Turns a web page into readable text: Markdown without scripts, styles, pictures and navigation. */
export async function readablePage(html: string): Promise<string> {
  if (!isReasonable(html)) return stripTags(html);
  try {
    const { default: TurndownService } = await import('turndown');
    const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
    service.remove(['title', 'script', 'style', 'noscript', 'iframe', 'nav', 'footer', 'form', 'button', 'template']);
    service.addRule('no pictures', { filter: ['img', 'picture', 'video', 'audio', 'canvas'], replacement: () => '' });
    return tidy(title(html) + service.turndown(html));
  } catch {
    // Some broken pages are too much for the converter.
    return stripTags(html);
  }
}

const UNNESTED = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|option|tr|td|th)$/;

function isReasonable(html: string): boolean {
  if (html.length > MAX_CHARACTERS) return false;
  let depth = 0;
  let tags = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    tags += 1;
    if (!UNNESTED.test(name.toLowerCase())) depth += slash === '/' ? -1 : 1;
    if (tags > MAX_TAGS || depth > MAX_DEPTH) return false;
  }
  return true;
}

function title(html: string): string {
  const found = /<title[^>]*>([^<]{1,300})<\/title>/i.exec(html)?.[1]?.trim();
  return found === undefined || found === '' ? '' : `# ${unescapeHtml(found)}\n\n`;
}

/** Leaves out tags in one pass over the text, however broken the page is. */
function stripTags(html: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    parts.push(html.slice(at, open === -1 ? html.length : open));
    if (open === -1) break;
    at = endOfTag(html, open);
  }
  return tidy(unescapeHtml(parts.join(' ')));
}

function endOfTag(html: string, open: number): number {
  const hidden = /^<(script|style)\b/i.exec(html.slice(open, open + 8))?.[1];
  const end = hidden === undefined ? open : indexOfIgnoringCase(html, `</${hidden}`, open);
  const close = end === -1 ? -1 : html.indexOf('>', end);
  return close === -1 ? html.length : close + 1;
}

function indexOfIgnoringCase(html: string, tag: string, from: number): number {
  const expression = new RegExp(tag, 'gi');
  expression.lastIndex = from;
  return expression.exec(html)?.index ?? -1;
}

function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,6});/gi, (entity) => {
    const name = entity.slice(1, -1).toLowerCase();
    if (!name.startsWith('#')) return ENTITIES[name] ?? entity;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
