import { isDeepStrictEqual } from 'node:util';
import type { Instance } from 'ink';
import { asciiMarks } from '../view/ascii-marks.ts';
import { ASCII_GLYPHS, type Layout, SPINNER_MS, UNICODE_GLYPHS } from '../view/layout.ts';
import { loadGrammar } from '../view/markdown/highlight.ts';
import type { StyledLine } from '../view/styled-line.ts';
import { createBlockPrinter } from './block-printer.ts';
import type { PrintedBlock } from './chat-store.ts';
import { FrameOutput } from './frame/frame-output.ts';
import type { TerminalPlace } from './frame/reflow.ts';
import { InputArea } from './input/input-area.tsx';
import { inputLayout, shownQuestion } from './input/input-layout.ts';
import type { InputSize } from './input/state.ts';
import { type LivePicture, livePicture, maxInputRows } from './live-picture.ts';
import { missingLanguage, openLanguage } from './needed-grammar.ts';
import { createPacer, type Pacer } from './pacer.ts';
import type { Folds, ScreenOptions } from './screen-options.ts';
import { startInk } from './start-ink.ts';
import type { TerminalFeatures } from './terminal/features.ts';
import { createSizeSettler, type SizeSettler } from './terminal/settle-size.ts';
import { createTheme, type Theme } from './theme/theme.ts';
import type { Background } from './theme/tint.ts';
import { tickOf } from './tick.ts';

/** Milliseconds without a change of size after which it counts as kept. tmux tells of one at most every 250 ms. */
const STEADY_MS = 400;
/** The share of the columns that is drawn in until then. */
const RESIZING_WIDTH = 0.6;

/**
 * Everything on the terminal but what is typed: prints what is settled, redraws what is not. Nothing is drawn before the
 * first change.
 */
export class Screen {
  readonly output: FrameOutput;
  readonly #options: ScreenOptions;
  readonly #pacer: Pacer;
  readonly #settler: SizeSettler;
  readonly #unsubscribe: () => void;
  #theme: Theme;
  #features: TerminalFeatures;
  #folds: Folds;
  readonly #keys: NonNullable<Layout['keys']>;
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
    const { places, features } = options;
    this.output = new FrameOutput(options.target, { reflow: features.reflow, places });
    this.#settler = createSizeSettler({
      places,
      now: options.monotonic,
      isSteady: () => !this.#isResizing,
      settled: (place) => this.#resizedAt(place),
    });
    this.#folds = options.folds;
    const { keyLabel } = options.controller;
    this.#keys = { cancel: keyLabel('cancel'), toggle_details: keyLabel('toggle_details') };
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
      keys: this.#keys,
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
    this.#settler.changed();
  }

  /** The terminal may have another size. What is on it is drawn anew once it is known where that is. */
  resized(): void {
    if (!this.output.isOnScreen) {
      this.#resizedAt(undefined);
      return;
    }
    this.output.rest();
    this.#settler.settle();
  }

  /** The terminal is asked nothing any more. */
  stopResizing(): void {
    this.#settler.stop();
  }

  #resizedAt(place: TerminalPlace | undefined): void {
    this.output.wake();
    this.output.eraseResized(place);
    this.output.picture(() => {
      this.output.emit('resize');
      this.#pacer.flush();
    });
    // Until the size is steady only what was asked for is drawn: where the frame is then is not certain any more.
    if (this.#isResizing) this.output.rest();
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
    this.stopResizing();
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
    this.output.isUnsure = this.#isResizing;
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
      layout: { ...this.layout, width: this.#frameWidth },
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
    const prompt = <InputArea controller={controller} width={width} maxRows={maxRows} paint={this.paintMarks} />;
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
    const first = this.#waiting.findIndex(({ block }) => missingLanguage(block) !== undefined);
    const ready = first === -1 ? this.#waiting : this.#waiting.slice(0, first);
    this.#print(ready);
    this.#waiting = this.#waiting.slice(ready.length);
    const open = this.#waiting.length === 0 ? this.#options.store.openPart() : undefined;
    if (open !== undefined) this.#write(this.#printer.open(open, this.layout));
    const [next] = this.#waiting;
    const language = next === undefined ? openLanguage(this.#options.store) : missingLanguage(next.block);
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
    const rows = this.#rowsOfInput(
      maxInputRows({
        view: this.#options.store.view,
        rows: this.output.rows,
        isResizing: this.#isResizing,
        asked: shownQuestion(this.#options.controller),
      }),
    );
    if (rows !== this.#inputRows || this.#options.facts().permission_mode !== this.#mode) this.#pacer.flush();
  }

  /** While the size changes rows are short: a long one that is wrapped moves what is above it into the scrollback. */
  get #frameWidth(): number {
    return Math.max(1, Math.floor(this.output.columns * (this.#isResizing ? RESIZING_WIDTH : 1)));
  }

  #rowsOfInput(maxRows: number): number {
    return inputLayout(this.#options.controller, { width: this.#frameWidth, maxRows }).lines.length;
  }
}

function themeOf(name: string, features: TerminalFeatures): Theme {
  const { colorLevel, hasLinks, hasFill, background } = features;
  return createTheme({ name, colorLevel, hasLinks, hasFill, ...(background === undefined ? {} : { background }) });
}
