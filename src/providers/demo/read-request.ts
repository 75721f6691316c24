import { readSmallTalk } from './read-small-talk.ts';
import { type Clause, splitClauses } from './split-clauses.ts';
import type { CallTask, DemoTask, ToolName } from './task.ts';

/**
 * Reads plain English: what a person asked for, in the order of the text. What is not understood becomes an `unknown`
 * task, never a guess.
 */
export function readRequest(text: string): readonly DemoTask[] {
  const tasks = splitClauses(text).flatMap(readClause);
  if (tasks.length === 0) return [{ type: 'unknown', text }];
  const seen = new Set<string>();
  return tasks.filter((task) => {
    const key = JSON.stringify(task);
    return !seen.has(key) && seen.add(key);
  });
}

/** Asked in this order; the first that understands the clause wins. */
const READERS: readonly ((clause: Clause) => readonly DemoTask[] | undefined)[] = [
  readParallel,
  readCommand,
  readReplacement,
  readCreation,
  readFetch,
  readSearch,
  readListing,
  readSmallTalk,
  readReading,
];

function readClause(clause: Clause): readonly DemoTask[] {
  for (const reader of READERS) {
    const tasks = reader(clause);
    if (tasks !== undefined) return tasks;
  }
  return [{ type: 'unknown', text: clause.restore(clause.text) }];
}

function call(name: ToolName, input: Readonly<Record<string, unknown>>): [CallTask] {
  return [{ type: 'call', name, input }];
}

const KNOWN_COMMANDS: Readonly<Record<string, string>> = {
  'the tests': 'npm test',
  tests: 'npm test',
  'the test suite': 'npm test',
  'the build': 'npm run build',
  'the linter': 'npm run lint',
};

function readCommand({ text, restore }: Clause): readonly DemoTask[] | undefined {
  const given = /^(?:[$!]\s*|(?:run|execute)\s+(?:the\s+)?(?:shell\s+)?(?:command\s+)?)(\S.*)$/is.exec(text)?.[1];
  if (given === undefined) return undefined;
  const whole = /^\W*(«\d+»)\W*(?:please|for me|here|now|again)?\W*$/i.exec(given)?.[1];
  const command = whole === undefined ? requote(given, restore) : restore(whole);
  const known = Object.hasOwn(KNOWN_COMMANDS, text.replace(/^\S+\s+/, '').toLowerCase());
  return call('run_command', {
    command: known ? KNOWN_COMMANDS[text.replace(/^\S+\s+/, '').toLowerCase()] : command,
  });
}

/** Puts quoted parts back with quotes, as a shell needs them. */
function requote(text: string, restore: (text: string) => string): string {
  return text.replace(/«\d+»/g, (mark) => `'${restore(mark).replaceAll("'", "'\\''")}'`).trim();
}

const REPLACEMENT =
  /^(?:replace|change|edit|rename)\s+(all\s+|every\s+)?(?<from>\S+)\s+(?:with|to|into|by)\s+(?<to>\S+)\s+in\s+(?:the\s+)?(?:file\s+)?(?<file>\S+)$/i;
const REPLACEMENT_IN =
  /^(?:in|edit)\s+(?:the\s+)?(?:file\s+)?(?<file>\S+?)[:,]?\s+(?:replace|change)\s+(all\s+|every\s+)?(?<from>\S+)\s+(?:with|to|into|by)\s+(?<to>\S+)$/i;

function readReplacement({ text, restore }: Clause): readonly DemoTask[] | undefined {
  const found = (REPLACEMENT.exec(text) ?? REPLACEMENT_IN.exec(text))?.groups;
  if (found === undefined) return undefined;
  const { file = '', from = '', to = '' } = found;
  return call('edit_file', {
    path: fileNamed(restore(file)),
    old_string: restore(from),
    new_string: restore(to),
    ...(/\b(?:all|every)\s/i.test(text) ? { replace_all: true } : {}),
  });
}

const CREATION =
  /^(?:create|write|make|add|save)\s+(?:a\s+|the\s+)?(?:new\s+)?(?:empty\s+)?(?:text\s+)?(?:file\s+)?(?:called\s+|named\s+)?(?<path>\S+)(?:\s+(?:with|containing|saying|that says|which says)\s+(?:the\s+)?(?:text\s+|contents?\s+|line\s+)?(?<content>.+))?$/is;
const WRITING =
  /^(?:write|save|put)\s+(?<content>.+?)\s+(?:to|into|in)\s+(?:a\s+|the\s+)?(?:new\s+)?(?:file\s+)?(?:called\s+|named\s+)?(?<path>\S+)$/is;

function readCreation({ text, restore }: Clause): readonly DemoTask[] | undefined {
  for (const pattern of [CREATION, WRITING]) {
    const found = pattern.exec(text)?.groups;
    const path = restore(found?.path ?? '');
    if (found === undefined || !isFileName(path)) continue;
    const content = found.content === undefined ? 'Written by the demo model.' : restore(found.content);
    return call('write_file', { path, content: `${content.replace(/\n$/, '')}\n` });
  }
  return undefined;
}

function readFetch({ text, restore }: Clause): readonly DemoTask[] | undefined {
  const plain = restore(text);
  const url = /https?:\/\/[^\s<>"']+/i.exec(plain)?.[0]?.replace(/[.,)]+$/, '');
  if (url !== undefined) return call('fetch_url', { url });
  const host = /^(?:fetch|visit|download)\s+(?:the\s+)?(?:page\s+|site\s+)?((?:[\w-]+\.)+[a-z]{2,}(?:\/\S*)?)$/i.exec(
    plain,
  );
  return host?.[1] === undefined ? undefined : call('fetch_url', { url: `https://${host[1]}` });
}

function readParallel({ text }: Clause): readonly DemoTask[] | undefined {
  const isWanted =
    /\btools?\b/i.test(text) && /\b(?:parallel|at once|at the same time|together|several|all)\b/i.test(text);
  if (!isWanted) return undefined;
  return [
    ...call('list_files', { depth: 1 }),
    ...call('search_files', { pattern: 'TODO' }),
    ...call('read_file', { path: 'package.json' }),
  ];
}

const SEARCH =
  /^(?:search|grep|find|look)\s+(?:(?:through\s+|in\s+)?(?:the\s+|all\s+)?(?:files?|code|project|sources?)\s+)?(?:for\s+)?(?:all\s+|every\s+|the\s+)?(?:(?:occurrences?|uses|usages|mentions|references)\s+(?:of|to)\s+)?(?:the\s+)?(?:word\s+|text\s+|string\s+|pattern\s+)?(?<pattern>.+?)(?:\s+(?:in|under|inside)\s+(?:the\s+)?(?:folder\s+|directory\s+|file\s+)?(?<path>\S+?)(?:\s+(?:folder|directory))?)?$/i;
const WHERE =
  /^where\s+(?:is|are|do(?:es)?)\s+(?:the\s+)?(?:\w+\s+)??(?<pattern>«\d+»|[\w.$-]+)(?:\s+(?:used|defined|mentioned|declared|come).*)?\??$/i;

function readSearch(clause: Clause): readonly DemoTask[] | undefined {
  const { text, restore } = clause;
  if (/^(?:find|search)\s+(?:all\s+|the\s+|for\s+)*(?:\S+\s+)?files?\b/i.test(text)) return findFiles(clause);
  const found = (/^look\s+(?!for\b)/i.test(text) ? null : (SEARCH.exec(text) ?? WHERE.exec(text)))?.groups;
  const pattern = restore(found?.pattern ?? '').replace(/[?.]$/, '');
  if (found === undefined || pattern === '') return undefined;
  const path = folderNamed(restore(found.path ?? ''));
  const word = /^todos$/i.test(pattern) ? 'TODO' : pattern;
  return call('search_files', { pattern: word, ...(path === undefined ? {} : { path }) });
}

/** "find files named *.ts", "find all markdown files in docs". */
function findFiles({ text, restore }: Clause): readonly DemoTask[] {
  const plain = restore(text);
  const [, extension] =
    /\*?\.(\w+)\b/.exec(plain) ?? /\b(ts|js|json|md|tsx|css|py|rs|go|html|txt)\s+files?\b/i.exec(plain) ?? [];
  const kind = /\bmarkdown\b/i.test(plain) ? 'md' : /\btypescript\b/i.test(plain) ? 'ts' : extension;
  const path = folderNamed(/\b(?:in|under)\s+(?:the\s+)?(\S+)$/i.exec(plain)?.[1] ?? '');
  return call('list_files', {
    ...(kind === undefined ? {} : { pattern: `**/*.${kind.toLowerCase()}` }),
    ...(path === undefined ? {} : { path }),
  });
}

function readListing({ text, restore }: Clause): readonly DemoTask[] | undefined {
  const isListing =
    /^ls\b/i.test(text) ||
    /^(?:list|show|give|see|tell)\b.*\b(?:files?|folders?|director(?:y|ies)|tree|contents)\b/i.test(text) ||
    /^list\b/i.test(text) ||
    /^how many files\b/i.test(text) ||
    /^(?:what|which)(?:'s|\s+is|\s+are)?\b.*\b(?:files?|folder|directory|here)\b/i.test(text) ||
    /^look around\b/i.test(text);
  const plain = restore(text);
  if (isListing && /\*\.\w+/.test(plain)) return findFiles({ text, restore });
  if (!isListing || /\.\w{1,4}\s*$/.test(plain)) return undefined;
  const place =
    /(?:^ls\s+|^list\s+(?=\S+\/?$)|\b(?:in|of|under|inside)\s+)(?:the\s+)?(?:folder\s+|directory\s+)?(\S+?)(?:\s+(?:folder|directory))?\??$/i.exec(
      text,
    );
  const path = folderNamed(restore(place?.[1] ?? ''));
  return call('list_files', path === undefined ? {} : { path });
}

const READING =
  /^(?:read|open|cat|view|print|show|summari[sz]e|explain|look at|tell me about|what(?:'s|\s+is)\s+in|what does)\s+(?:me\s+)?(?:(?:the|my|our|this|file|contents?|of|first|lines?|\d+)\s+)*(?<path>\S+?)(?:\s+(?:file|say|do|contain))?\??$/i;

function readReading({ text, restore }: Clause): readonly DemoTask[] | undefined {
  const named = restore(READING.exec(text)?.groups?.path ?? '');
  if (named === '' || !(isFileName(named) || Object.hasOwn(WELL_KNOWN, named.toLowerCase()))) return undefined;
  const limit = Number(/\bfirst\s+(\d+)\s+lines?\b/i.exec(text)?.[1]);
  return call('read_file', { path: fileNamed(named), ...(limit > 0 ? { limit } : {}) });
}

const WELL_KNOWN: Readonly<Record<string, string>> = {
  readme: 'README.md',
  license: 'LICENSE',
  licence: 'LICENSE',
  changelog: 'CHANGELOG.md',
  makefile: 'Makefile',
  dockerfile: 'Dockerfile',
  manifest: 'package.json',
};

function fileNamed(name: string): string {
  const known = name.toLowerCase();
  return Object.hasOwn(WELL_KNOWN, known) ? (WELL_KNOWN[known] ?? name) : name;
}

function isFileName(name: string): boolean {
  return /^[^\s"'<>|]+$/.test(name) && /[./\\]\S|^\.\S/.test(name);
}

/** Words that mean the working folder are no path. */
function folderNamed(name: string): string | undefined {
  const path = name.replace(/[?.,!]+$/, '');
  const isHere = /^(?:|here|this|it|folder|directory|project|repo|repository|the|files?|code|there)$/i.test(path);
  return isHere || path === '.' ? undefined : path;
}
