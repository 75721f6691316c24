import { isDeepStrictEqual } from 'node:util';
import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';
import { asciiMarks } from '../view/ascii-marks.ts';
import { ASCII_GLYPHS, type Layout, UNICODE_GLYPHS } from '../view/layout.ts';
import { loadGrammar, needsGrammar } from '../view/markdown/highlight.ts';
import { isActive, type StatusFacts } from '../view/status-line.ts';
import type { StyledLine } from '../view/styled-line.ts';
import { createBlockPrinter } from './block-printer.ts';
import type { ChatStore, PrintedBlock } from './chat-store.ts';
import { FrameOutput, type FrameTarget } from './frame-output.ts';
import type { InputController } from './input/contract.ts';
import { InputArea } from './input/input-area.tsx';
import { inputLayout, shownQuestion } from './input/input-layout.ts';
import type { InputSize } from './input/state.ts';
import { type LivePicture, livePicture, maxInputRows } from './live-picture.ts';
import { createPacer, type Pacer } from './pacer.ts';
import { silentInput } from './silent-input.ts';
import type { TerminalFeatures } from './terminal-features.ts';
import { createTheme, type Theme } from './theme.ts';
import type { Background } from './tint.ts';

/** What is unfolded. */
export interface Folds {
  readonly hasThoughts: boolean;
  readonly hasDetails: boolean;
}

export interface ScreenOptions {
  readonly store: ChatStore;
  readonly controller: InputController;
  readonly target: FrameTarget;
  readonly features: TerminalFeatures;
  readonly theme: string;
  readonly folds: Folds;
  facts(): StatusFacts;
  /** Milliseconds of a monotonic clock. */
  monotonic(): number;
  /** Called after every frame. */
  onDrawn?(): void;
}

const SPINNER_MS = 120;
const CLOCK_MS = 1000;
/** Milliseconds without a change of size after which it counts as kept. tmux tells of one at most every 250 ms. */
const STEADY_MS = 400;

/**
 * Everything on the terminal but what is typed: prints what is settled, redraws what is not. Nothing is drawn before the
 * first change.
 */
export class Screen {
  readonly output: FrameOutput;
  readonly #options: ScreenOptions;
  readonly #pacer: Pacer;
  readonly #unsubscribe: () => void;
  #theme: Theme;
  #features: TerminalFeatures;
  #folds: Folds;
  #ink: Instance | undefined;
  readonly #printer = createBlockPrinter();
  #waiting: readonly PrintedBlock[] = [];
  #isLoading = false;
  #inputRows = 0;
  #mode: string | undefined;
  #room: InputSize = { width: 0, maxRows: 0 };
  #steadyAt = 0;
  #promptTheme: Theme | undefined;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.output = new FrameOutput(options.target);
    this.#folds = options.folds;
    this.#features = options.features;
    this.#theme = themeOf(options.theme, options.features);
    this.#pacer = createPacer({
      draw: () => this.#draw(),
      nextTick: () => (this.output.isBusy || this.#isResizing ? SPINNER_MS : tickOf(options.store)),
      now: options.monotonic,
    });
    this.#unsubscribe = options.controller.subscribe(() => this.#fitInput());
  }

  get theme(): Theme {
    return this.#theme;
  }

  /** What lines are made for now. */
  get layout(): Layout {
    return {
      width: Math.max(1, this.output.columns),
      glyphs: this.#options.features.isUnicode ? UNICODE_GLYPHS : ASCII_GLYPHS,
      hasStyles: this.#theme.hasStyles,
      ...(this.#theme.hasColors ? {} : { isColorless: true }),
      hasLinks: this.#options.features.hasLinks,
      ...this.#folds,
      now: this.#options.store.now(),
    };
  }

  /** Paints a line of the program's own signs and hints, in ASCII where the terminal has nothing else. */
  readonly paintMarks = (styled: StyledLine): string =>
    this.#theme.paint(this.#options.features.isUnicode ? styled : asciiMarks(styled));

  /** Something changed. */
  changed(): void {
    this.#pacer.changed();
  }

  /** Draws now. */
  flush(): void {
    this.#pacer.flush();
  }

  /** Draws the live part from nothing, such as after the terminal was somebody else's. */
  redraw(): void {
    this.output.erase();
    this.#pacer.flush();
  }

  /** The terminal is getting another size, and perhaps more of them. */
  resizing(): void {
    this.#steadyAt = this.#options.monotonic() + STEADY_MS;
    this.output.rest();
  }

  /** The terminal has another size. */
  resized(): void {
    this.output.wake();
    this.output.erase();
    this.output.picture(() => {
      this.output.emit('resize');
      this.#pacer.flush();
    });
  }

  /** The terminal has said what its background is like. */
  setBackground(background: Background): void {
    if (isDeepStrictEqual(background, this.#features.background)) return;
    this.#features = { ...this.#features, background };
    this.setTheme(this.#theme.name);
  }

  setTheme(name: string): void {
    this.#theme = themeOf(name, this.#features);
    if (this.#ink !== undefined) this.redraw();
  }

  /** Changes what is unfolded, for everything that is printed from now on. */
  setFolds(changes: Partial<Folds>): void {
    this.#folds = { ...this.#folds, ...changes };
    this.#pacer.flush();
  }

  /** Prints what is left, takes the live part off and stops. */
  close(): void {
    this.#unsubscribe();
    this.#pacer.stop();
    this.output.wake();
    this.#print([...this.#waiting, ...this.#options.store.takeUnprinted()]);
    this.output.flush();
    this.output.erase();
    this.output.hold();
    this.#ink?.unmount();
  }

  get #isResizing(): boolean {
    return this.#options.monotonic() < this.#steadyAt;
  }

  #draw(): void {
    if (this.output.isBusy) return;
    this.output.picture(() => {
      this.#printReady();
      const picture = this.#picture();
      this.output.setTop(picture.above);
      this.#drawPrompt(picture);
    });
    this.#options.onDrawn?.();
  }

  #picture(): LivePicture {
    const { store } = this.#options;
    const facts = this.#options.facts();
    this.#mode = facts.permission_mode;
    return livePicture({
      view: store.view,
      layout: this.layout,
      theme: this.#theme,
      facts,
      rows: this.output.rows,
      asked: shownQuestion(this.#options.controller),
      printed: this.#printer.place(store.view.live.text?.message_id),
      isResizing: this.#isResizing,
      inputRows: (maxRows) => this.#rowsOfInput(maxRows),
    });
  }

  /** Lets Ink draw the prompt when its room is another one; for what is typed it draws again by itself. */
  #drawPrompt(picture: LivePicture): void {
    const { width, inputRows, maxInputRows } = picture;
    this.#inputRows = inputRows;
    const isSame = this.#isSameFor({ width, maxRows: maxInputRows });
    this.#room = { width, maxRows: maxInputRows };
    if (isSame && this.#theme === this.#promptTheme) return;
    this.#promptTheme = this.#theme;
    const { controller } = this.#options;
    const maxRows = (): number => this.#room.maxRows;
    const prompt = (
      <InputArea controller={controller} width={width} maxRows={maxRows} top={0} paint={this.paintMarks} />
    );
    if (this.#ink === undefined) this.#ink = startInk(prompt, this.output);
    else this.#ink.rerender(prompt);
  }

  /** Tells whether what is typed looks the same in another room: most changes are of rows that it does not need. */
  #isSameFor(room: InputSize): boolean {
    if (room.width !== this.#room.width) return false;
    if (room.maxRows === this.#room.maxRows) return true;
    const { controller } = this.#options;
    return isDeepStrictEqual(inputLayout(controller, this.#room), inputLayout(controller, room));
  }

  /** Blocks are printed in order: one whose grammar has to be loaded holds back what comes after it. */
  #printReady(): void {
    this.#waiting = [...this.#waiting, ...this.#options.store.takeUnprinted()];
    const first = this.#waiting.findIndex((printed) => missingLanguage(printed) !== undefined);
    const ready = first === -1 ? this.#waiting : this.#waiting.slice(0, first);
    this.#print(ready);
    this.#waiting = this.#waiting.slice(ready.length);
    const open = this.#waiting.length === 0 ? this.#options.store.openPart() : undefined;
    if (open !== undefined) this.#write(this.#printer.open(open, this.layout));
    const [next] = this.#waiting;
    const language = next === undefined ? openLanguage(this.#options.store) : missingLanguage(next);
    if (language === undefined || this.#isLoading) return;
    this.#isLoading = true;
    void loadGrammar(language).then(() => {
      this.#isLoading = false;
      this.#pacer.changed();
    });
  }

  #print(blocks: readonly PrintedBlock[]): void {
    this.#write(blocks.flatMap((printed) => this.#printer.settled(printed, this.layout)));
  }

  #write(lines: readonly StyledLine[]): void {
    this.output.print(lines.map((styled) => this.#theme.paint(styled)));
  }

  /** A key draws the prompt alone, unless it needs more rows, or fewer, or changed the mode in the status. */
  #fitInput(): void {
    if (this.#ink === undefined) return;
    const rows = this.#rowsOfInput(maxInputRows(this.#options.store.view, this.output.rows));
    if (rows !== this.#inputRows || this.#options.facts().permission_mode !== this.#mode) this.#pacer.flush();
  }

  #rowsOfInput(maxRows: number): number {
    return inputLayout(this.#options.controller, { width: this.output.columns, maxRows }).lines.length;
  }
}

/** Ink draws, and nothing else: it reads no keys, catches no signals of ours, and leaves the console alone. */
function startInk(element: ReactNode, output: FrameOutput): Instance {
  return render(element, {
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: output as unknown as NodeJS.WriteStream,
    stdin: silentInput(),
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    // Frames are paced before they come here: Ink draws each one at once.
    maxFps: 0,
  });
}

function themeOf(name: string, features: TerminalFeatures): Theme {
  const { colorLevel, hasLinks, hasFill, background } = features;
  return createTheme({ name, colorLevel, hasLinks, hasFill, ...(background === undefined ? {} : { background }) });
}

/** The language of a block of code that has to be loaded before it can be printed. */
function missingLanguage({ block }: PrintedBlock): string | undefined {
  if (block.kind !== 'text' || block.block.kind !== 'code') return undefined;
  const language = block.block.language ?? '';
  return needsGrammar(language) ? language : undefined;
}

/** The language of code that is still being written: loaded by the time it can be printed. */
function openLanguage(store: ChatStore): string | undefined {
  const language = store.view.live.text?.split.language ?? '';
  return needsGrammar(language) ? language : undefined;
}

/** What moves by itself: spinners and clocks. Nothing does while a person is asked, or when nothing runs. */
function tickOf(store: ChatStore): number | undefined {
  const { status, live } = store.view;
  if (isActive(status)) return SPINNER_MS;
  return status.phase !== 'idle' && live.tools.some((tool) => tool.state === 'running') ? CLOCK_MS : undefined;
}
