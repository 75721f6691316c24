/** One request out of a longer text. Quoted parts stand in `text` as `«0»`; `restore` puts them back. */
export interface Clause {
  readonly text: string;
  readonly restore: (text: string) => string;
}

const VERBS =
  'list|show|ls|read|open|cat|view|print|summari[sz]e|explain|look|search|grep|find|where|run|execute|replace|change|edit|rename|create|write|make|add|save|put|fetch|get|download|visit|think|ponder|count|help|hello|hi|hey|thanks|thank|what|who|how|why|when|which|tell|say|give|do|use|call|test|build|install|delete|remove|is|are|can|could|does|demo|in';

const STARTS_WITH_VERB = new RegExp(`^(?:[$!]|(?:${VERBS})\\b)`, 'i');
/** Only these lend their verb to what follows: "read a.txt and b.txt". */
const LENDING = /^(read|open|cat|view|print|summari[sz]e|explain|fetch|visit)\b/i;

const LEAD_IN =
  /^[\s,]*(?:(?:please|now|ok|okay|first|next|finally|just|then|also|and|could you|can you|would you|will you|i want you to|i would like you to|i'd like you to|let's|let us|go ahead and)[\s,]+)*/i;

const BETWEEN =
  /\n+|;|(?<=[.?!])\s+(?=[A-Z«$!])|,?\s+(?:and then|and also|then|and|after that|also|plus)\s+|,\s+(?=\S)/i;

/** Splits a text into the single requests in it, in their order. Nothing inside quotes splits. */
export function splitClauses(text: string): readonly Clause[] {
  const { masked, restore } = maskQuotes(text);
  const clauses: Clause[] = [];
  let lent = '';
  for (const piece of masked.split(BETWEEN)) {
    const clause = piece
      .replace(LEAD_IN, '')
      .replace(/[\s.,!]+$/, '')
      .trim();
    if (clause === '') continue;
    const isOwn = lent === '' || STARTS_WITH_VERB.test(clause) || clause.includes('://');
    const full = isOwn ? clause : `${lent} ${clause}`;
    lent = LENDING.exec(full)?.[1] ?? '';
    clauses.push({ text: full, restore });
  }
  return clauses;
}

/** Takes quoted parts and fenced blocks out of the text, so that an "and" inside them splits nothing. */
function maskQuotes(text: string): { readonly masked: string; readonly restore: (text: string) => string } {
  const quoted: string[] = [];
  const hide = (inner: string): string => `«${quoted.push(inner) - 1}»`;
  const masked = text
    .replace(/```\w*\n?([\s\S]*?)\n?```/g, (_, inner: string) => hide(inner))
    .replace(/`([^`\n]+)`|"([^"]*)"|“([^”]*)”|(?<!\w)'([^'\n]*)'(?!\w)/g, (_, ...groups: unknown[]) =>
      hide(String(groups.slice(0, 4).find((group) => group !== undefined))),
    );
  // A fenced block may hold quotes, and a quote a mark: put back from the outside in.
  const restore = (part: string): string =>
    part.replace(/«(\d+)»/g, (mark, index: string) => {
      const inner = quoted[Number(index)];
      return inner === undefined ? mark : restore(inner);
    });
  return { masked, restore };
}
