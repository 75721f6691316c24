import type { Background } from '../theme/tint.ts';
import type { NotificationKind } from './sequences.ts';

/**
 * What a terminal does with rows that are too long for a narrower width: it wraps `all` of them, or `none` and cuts them
 * off.
 */
export type Reflow = 'all' | 'none';

/** What the terminal can do, as far as its environment says. */
export interface TerminalFeatures {
  /** 0 none, 1 sixteen, 2 two hundred and fifty-six, 3 all colours. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  readonly isUnicode: boolean;
  /** Absent: not known; taken for dark. */
  readonly background?: Background;
  /** Erasing leaves the background colour that is set, not the terminal's own. */
  readonly hasFill: boolean;
  /** Absent: not known; it wraps all of them, but perhaps for the row of the cursor. */
  readonly reflow?: Reflow;
  readonly hasLinks: boolean;
  readonly hasTitle: boolean;
  readonly hasProgress: boolean;
  /** Absent: none that is known to be harmless. */
  readonly notification?: NotificationKind;
  /** It shows lines only: no cursor movement at all. */
  readonly isDumb: boolean;
}

/** Names to values, as the process got them. */
export type TerminalEnvironment = Readonly<Record<string, string | undefined>>;

/** Learns from the environment what the terminal can do. Asks the terminal nothing. */
export function detectTerminal(
  environment: TerminalEnvironment,
  platform: string = process.platform,
): TerminalFeatures {
  const term = environment.TERM ?? '';
  const program = environment.TERM_PROGRAM ?? '';
  const isDumb = isDumbTerminal(environment, platform);
  const isMultiplexed = isSet(environment.TMUX) || /^(?:screen|tmux)/.test(term);
  const isWindowsTerminal = isSet(environment.WT_SESSION);
  const isModern =
    /^(?:iTerm\.app|WezTerm|ghostty|vscode|Hyper|rio|contour|kitty)$/i.test(program) ||
    /kitty|ghostty|alacritty|foot|wezterm/.test(term) ||
    isSet(environment.KITTY_WINDOW_ID) ||
    Number(environment.VTE_VERSION ?? 0) >= 5000 ||
    isWindowsTerminal;
  const background = backgroundOf(environment.COLORFGBG);
  const notification = isMultiplexed ? undefined : notificationOf(program, term);
  const reflow = reflowOf(environment);
  return {
    colorLevel: colorLevelOf(environment, platform),
    isUnicode: isUnicode(environment, platform),
    ...(background === undefined ? {} : { background }),
    // GNU screen erases with its own background.
    hasFill: !isSet(environment.STY),
    ...(reflow === undefined ? {} : { reflow }),
    hasLinks: !isDumb && isModern && !isMultiplexed,
    hasTitle: !isDumb && term !== 'linux',
    hasProgress:
      !isMultiplexed &&
      (isWindowsTerminal || /^(?:ghostty|WezTerm|iTerm\.app)$/i.test(program) || isSet(environment.ConEmuPID)),
    ...(notification === undefined ? {} : { notification }),
    isDumb,
  };
}

function reflowOf(environment: TerminalEnvironment): Reflow | undefined {
  if (isSet(environment.TMUX)) return 'all';
  // A terminal that was started from an xterm has its variable too.
  const isOther = isSet(environment.TERM_PROGRAM) || isSet(environment.VTE_VERSION);
  const isXterm = isSet(environment.XTERM_VERSION) && !isOther && /^xterm(?:-\w+)?$/.test(environment.TERM ?? '');
  const isCut = isXterm || isSet(environment.STY) || /^(?:linux|st|putty)(?:-|$)/.test(environment.TERM ?? '');
  return isCut ? 'none' : undefined;
}

function isDumbTerminal({ TERM: term = '' }: TerminalEnvironment, platform: string): boolean {
  return term === 'dumb' || (term === '' && platform !== 'win32');
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

type ColorLevel = TerminalFeatures['colorLevel'];

function colorLevelOf(environment: TerminalEnvironment, platform: string): ColorLevel {
  const forced = environment.FORCE_COLOR;
  if (isSet(environment.NO_COLOR)) return 0;
  if (forced === '0' || forced === 'false') return 0;
  if (forced === '1' || forced === '2' || forced === '3') return Number(forced) as ColorLevel;
  const level = ownColorLevel(environment, platform);
  return isSet(forced) && level === 0 ? 1 : level;
}

function ownColorLevel(environment: TerminalEnvironment, platform: string): ColorLevel {
  if (isDumbTerminal(environment, platform)) return 0;
  const term = environment.TERM ?? '';
  const isTrueColor = /^(?:truecolor|24bit)$/.test(environment.COLORTERM ?? '') || isSet(environment.WT_SESSION);
  if (isTrueColor || /kitty|ghostty|alacritty|-direct$/.test(term)) return 3;
  return /-256(?:color)?$|foot/.test(term) ? 2 : 1;
}

function isUnicode(environment: TerminalEnvironment, platform: string): boolean {
  if (environment.TERM === 'linux') return false;
  if (platform === 'win32') return isSet(environment.WT_SESSION) || isSet(environment.TERM_PROGRAM);
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  if (locale === '') return true;
  return /utf-?8/i.test(locale) || !/^(?:C|POSIX)$/.test(locale);
}

/** `COLORFGBG` is `foreground;background` with the sixteen colours by number. */
function backgroundOf(value: string | undefined): Background | undefined {
  const color = Number(/;(\d+)$/.exec(value ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(color)) return undefined;
  return { kind: color === 7 || color >= 9 ? 'light' : 'dark' };
}

function notificationOf(program: string, term: string): NotificationKind | undefined {
  if (/^(?:iTerm\.app|ghostty|WezTerm)$/i.test(program)) return 'osc9';
  if (/kitty|foot|rxvt/.test(term)) return /rxvt|foot/.test(term) ? 'osc777' : 'osc9';
  return undefined;
}
