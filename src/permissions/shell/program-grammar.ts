/** What the value of an option or an operand is. */
export type WordKind = 'text' | 'path' | 'pattern';

/** Which words of a program's command line can do no more than read. Anything that is not listed is not allowed. */
export interface ProgramGrammar {
  /** One-letter options without a value. */
  readonly flags?: string;
  /** One-letter options with a value, glued to it or in the next word. */
  readonly valued?: Readonly<Record<string, WordKind>>;
  /** Long options without a value, or with an optional one after `=`. */
  readonly long?: readonly string[];
  /** Long options with a value. */
  readonly long_valued?: Readonly<Record<string, WordKind>>;
  /** `-12`. */
  readonly has_number_flag?: true;
  readonly operands: 'none' | 'text' | 'paths' | 'pattern_then_paths';
  readonly max_operands?: number;
  /** What every operand must look like. */
  readonly operand_pattern?: RegExp;
  /** Options after which no pattern is expected: the first operand is a path. */
  readonly patternless?: readonly string[];
  /** Folders are not allowed as operands: the program would follow links in them. */
  readonly has_files_only?: true;
  /** A last look at the plain words behind the program's name. */
  readonly check?: (words: readonly string[]) => boolean;
}

const words = (list: string): readonly string[] => list.split(' ');
const texts = (letters: string): Readonly<Record<string, WordKind>> =>
  Object.fromEntries([...letters].map((letter) => [letter, 'text' as const]));
const longTexts = (list: string): Readonly<Record<string, WordKind>> =>
  Object.fromEntries(words(list).map((name) => [name, 'text' as const]));

const SAFE_FORMAT = /^(?:[^%]|%%|%[-+ #0]*\d{0,4}(?:\.\d{1,4})?[sdiouxXcfFeEgGbq])*$/;
const JQ_RISKS = /\b(env|ENV|import|include|input_filename|halt|modulemeta|get_search_list)\b|\$__/;

const ends: ProgramGrammar = {
  flags: 'qvz',
  valued: texts('nc'),
  long: words('quiet silent verbose zero-terminated'),
  long_valued: longTexts('lines bytes'),
  has_number_flag: true,
  operands: 'paths',
};

/** The programs that can be shown to read only, each with its own grammar. */
export const READING_PROGRAMS: Readonly<Record<string, ProgramGrammar>> = {
  ls: {
    flags: 'aAbBcCdfFgGhiklmnNopqQrRsStuUvxXZ1',
    valued: texts('IwT'),
    long: words(
      'all almost-all author directory classify human-readable inode recursive reverse size color full-time ' +
        'group-directories-first no-group numeric-uid-gid si',
    ),
    long_valued: longTexts('sort time time-style ignore width'),
    operands: 'paths',
  },
  cat: {
    flags: 'AbeEnstTuv',
    long: words('number number-nonblank show-all show-ends show-tabs show-nonprinting squeeze-blank'),
    operands: 'paths',
  },
  head: ends,
  tail: ends,
  wc: { flags: 'clmLw', long: words('bytes chars lines words max-line-length'), operands: 'paths' },
  pwd: { flags: 'LP', operands: 'none' },
  echo: { operands: 'text', check: (given) => !/^-[neE]*[eE]/.test(given[0] ?? '') },
  printf: { operands: 'text', check: ([format = '']) => !format.startsWith('-') && SAFE_FORMAT.test(format) },
  true: { operands: 'none' },
  false: { operands: 'none' },
  stat: {
    flags: 'ft',
    valued: texts('c'),
    long: words('terse file-system'),
    long_valued: longTexts('format printf'),
    operands: 'paths',
  },
  file: { flags: 'bih', long: words('brief mime mime-type mime-encoding no-dereference'), operands: 'paths' },
  basename: {
    flags: 'az',
    valued: texts('s'),
    long: words('multiple zero'),
    long_valued: longTexts('suffix'),
    operands: 'text',
  },
  dirname: { flags: 'z', long: words('zero'), operands: 'text' },
  realpath: {
    flags: 'emsqz',
    long: words('canonicalize-existing canonicalize-missing no-symlinks quiet strip zero'),
    long_valued: { 'relative-to': 'path', 'relative-base': 'path' },
    operands: 'paths',
  },
  readlink: { flags: 'efmnqsvz', long: words('canonicalize no-newline quiet verbose zero'), operands: 'paths' },
  uname: { flags: 'asnrvmpio', long: words('all machine'), operands: 'none' },
  whoami: { operands: 'none' },
  id: { flags: 'gGnruz', operands: 'text', max_operands: 1 },
  date: {
    flags: 'uR',
    valued: texts('d'),
    long: words('utc universal iso-8601 rfc-email'),
    long_valued: longTexts('date rfc-3339'),
    operands: 'text',
    operand_pattern: /^\+/,
  },
  nl: { flags: 'p', valued: texts('bdfhilnsvw'), operands: 'paths' },
  cut: {
    flags: 'nsz',
    valued: texts('bcdf'),
    long: words('complement only-delimited zero-terminated'),
    long_valued: longTexts('bytes characters delimiter fields output-delimiter'),
    operands: 'paths',
  },
  tr: { flags: 'cCdst', long: words('complement delete squeeze-repeats truncate-set1'), operands: 'text' },
  uniq: {
    flags: 'cdDiuz',
    valued: texts('fsw'),
    long: words('count repeated unique ignore-case'),
    long_valued: longTexts('skip-fields skip-chars check-chars'),
    operands: 'paths',
    max_operands: 1,
  },
  comm: { flags: '123z', long: words('total check-order nocheck-order'), operands: 'paths' },
  paste: {
    flags: 'sz',
    valued: texts('d'),
    long: words('serial'),
    long_valued: longTexts('delimiters'),
    operands: 'paths',
  },
  rev: { operands: 'paths' },
  seq: {
    flags: 'w',
    valued: texts('fs'),
    long: words('equal-width'),
    long_valued: longTexts('format separator'),
    operands: 'text',
  },
  diff: {
    flags: 'abBcdeiqsTtuwyEZNp',
    valued: texts('UCWIx'),
    long: words(
      'brief unified context side-by-side color ignore-case ignore-all-space ignore-space-change ignore-blank-lines ' +
        'report-identical-files text new-file minimal suppress-common-lines strip-trailing-cr',
    ),
    long_valued: longTexts('width exclude label'),
    has_files_only: true,
    operands: 'paths',
  },
  cmp: { flags: 'bls', valued: texts('ni'), long: words('silent quiet verbose print-bytes'), operands: 'paths' },
  grep: {
    flags: 'EFGPicHhIlLnoqrsvwxyZzUbaT',
    valued: { ...texts('ABCm'), e: 'pattern', f: 'path' },
    long: words(
      'color colour ignore-case no-ignore-case line-number recursive count files-with-matches files-without-match only-matching ' +
        'extended-regexp fixed-strings basic-regexp perl-regexp word-regexp line-regexp invert-match no-filename ' +
        'with-filename quiet silent no-messages text null byte-offset initial-tab',
    ),
    long_valued: {
      ...longTexts('include exclude exclude-dir max-count after-context before-context context binary-files'),
      regexp: 'pattern',
      file: 'path',
    },
    has_number_flag: true,
    operands: 'pattern_then_paths',
  },
  rg: {
    flags: 'acFHiIlnNoPpqsSuUvwx0',
    valued: { ...texts('ABCdgjmMrtT'), e: 'pattern', f: 'path' },
    long: words(
      'files hidden no-ignore no-config count count-matches files-with-matches files-without-match fixed-strings heading no-heading ' +
        'ignore-case case-sensitive smart-case invert-match line-number no-line-number line-regexp word-regexp multiline ' +
        'multiline-dotall null only-matching pcre2 quiet text vimgrep with-filename no-filename json stats trim ' +
        'type-list no-messages column unrestricted no-ignore-vcs',
    ),
    long_valued: {
      ...longTexts('after-context before-context context color glob iglob max-columns max-count max-depth replace'),
      ...longTexts('sort sortr threads type type-not max-filesize engine'),
      regexp: 'pattern',
      file: 'path',
    },
    patternless: ['files', 'type-list'],
    operands: 'pattern_then_paths',
  },
  jq: {
    flags: 'acCeMnrRsSj',
    long: words(
      'ascii-output compact-output color-output exit-status join-output monochrome-output null-input raw-input ' +
        'raw-output slurp sort-keys tab',
    ),
    long_valued: longTexts('indent'),
    operands: 'pattern_then_paths',
    check: (given) => !given.some((word) => JQ_RISKS.test(word)),
  },
  du: {
    flags: 'abchkmsSx',
    valued: texts('dtB'),
    long: words('all apparent-size bytes human-readable one-file-system separate-dirs summarize total'),
    long_valued: longTexts('max-depth threshold block-size exclude'),
    operands: 'paths',
  },
  df: { flags: 'ahHiklPT', long: words('all human-readable inodes local print-type total'), operands: 'paths' },
  tree: {
    flags: 'aACdDfFghinNpqrstuUvJX',
    valued: texts('IPL'),
    long: words('dirsfirst gitignore noreport prune inodes device filesfirst'),
    long_valued: longTexts('filelimit charset sort'),
    operands: 'paths',
  },
};
