import type { AgentMessage, AgentMessageBody, UserMessage } from '../../../../src/messages.ts';
import type { InputController, InputOptions, ScreenActions } from '../../../../src/ui/input/contract.ts';
import { createInput } from '../../../../src/ui/input/create-input.ts';
import { stateOf } from '../../../../src/ui/input/input-store.ts';
import { layoutInput } from '../../../../src/ui/input/layout/layout-input.ts';
import type { ChatServices } from '../../../../src/ui/input/services.ts';
import { plainText, type StyledLine } from '../../../../src/view/styled-line.ts';
import { bytesOf } from '../../../helpers/key-bytes.ts';

export interface PromptRun {
  readonly controller: InputController;
  readonly quits: string[];
  readonly printed: string[];
  readonly calls: string[];
  type(text: string): void;
  paste(text: string): void;
  press(key: string): void;
  observe(message: AgentMessageBody): void;
  /** Starts a turn. */
  turn(id: string): void;
  sent(): readonly UserMessage[];
  text(): string;
  /** The rows of the area as a person sees them, and tells the controller that they were drawn. */
  screen(): string[];
  /** The same rows with their styles. */
  spans(): readonly StyledLine[];
  caret(): { row: number; column: number } | undefined;
  wait(milliseconds: number): void;
  resize(width: number, maxRows: number): void;
  /** Resolves when everything that was started has settled. */
  settled(): Promise<void>;
}

export interface PromptSetup {
  readonly services?: Partial<ChatServices>;
  readonly options?: Partial<InputOptions>;
  readonly history?: readonly string[];
}

const ESC = '\u001b';

/** Runs a prompt with stand-ins for what is outside, on a clock of its own. */
export function startPrompt(setup: PromptSetup = {}): PromptRun {
  const sent: UserMessage[] = [];
  const quits: string[] = [];
  const printed: string[] = [];
  const calls: string[] = [];
  let now = 10_000;
  let theme = 'dark';
  let ids = 0;
  let seq = 0;
  let size = { width: 80, maxRows: 20 };
  const note = (name: string) => () => {
    calls.push(name);
  };
  const screen: ScreenActions = {
    print: (text) => printed.push(text),
    printOutput: (text) => printed.push(text),
    toggleThinking: () => {
      calls.push('toggleThinking');
      return 'Thinking is folded.';
    },
    toggleRaw: note('toggleRaw'),
    openTranscript: note('openTranscript'),
    toggleDetails: () => {
      calls.push('toggleDetails');
      return 'Tool details are folded.';
    },
    redraw: note('redraw'),
    themes: ['dark', 'light'],
    theme: () => theme,
    setTheme: (name) => {
      theme = name;
      calls.push(`theme ${name}`);
    },
    handOver: (run) => run(),
    suspendProcess: async () => {
      calls.push('suspend');
    },
  };
  const services: ChatServices = {
    listModels: async () => [
      { name: 'demo/demo', provider: 'demo' },
      { name: 'openai/gpt-5', provider: 'openai', efforts: ['low', 'high'] },
      { name: 'anthropic/opus', provider: 'anthropic', unavailable: 'set ANTHROPIC_API_KEY' },
    ],
    previewSwitch: async (model) => `preview of ${model}`,
    writeClipboard: async (text) => `copied ${text.length} characters`,
    quit: (draft) => quits.push(draft),
    listFiles: async (query) => ['src/main.ts', 'src/my file.ts'].filter((path) => path.includes(query)),
    history: { load: async () => setup.history ?? [], append: (text) => calls.push(`history ${text}`) },
    runShell: async (command) => ({ output: `output of ${command}`, exit_code: 0 }),
    openEditor: async (text) => `${text} edited`,
    ...setup.services,
  };
  const controller = createInput({
    services,
    screen,
    send: (message) => sent.push(message),
    newId: () => {
      ids += 1;
      return `u${ids}`;
    },
    now: () => now,
    ...setup.options,
  });
  const observe = (body: AgentMessageBody): void => {
    seq += 1;
    controller.observe({ ...body, seq, at: seq } as AgentMessage);
  };
  const type = (text: string): void => controller.feed(Buffer.from(text));
  return {
    controller,
    quits,
    printed,
    calls,
    type,
    paste: (text) => type(`${ESC}[200~${text}${ESC}[201~`),
    press: (key) => type(bytesOf(key)),
    observe,
    turn: (id) =>
      observe({
        type: 'turn_started',
        turn_id: id,
        model_name: 'demo/demo',
        input: { id: `${id}-input`, content: 'go' },
      }),
    sent: () => sent,
    text: () => stateOf(controller.getSnapshot()).editor.text,
    screen: () => {
      const { lines } = layoutInput(stateOf(controller.getSnapshot()), size);
      controller.drawn(size);
      return lines.map((line) => plainText(line).trimEnd());
    },
    spans: () => layoutInput(stateOf(controller.getSnapshot()), size).lines,
    caret: () => layoutInput(stateOf(controller.getSnapshot()), size).caret,
    wait: (milliseconds) => {
      now += milliseconds;
    },
    resize: (width, maxRows) => {
      size = { width, maxRows };
    },
    settled: async () => {
      for (let i = 0; i < 10; i += 1) await Promise.resolve();
    },
  };
}
