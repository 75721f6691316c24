import type { CommandContext } from '../../commands/command.ts';
import { fillTemplate } from '../../commands/custom-command.ts';
import { findCommand, parseCommand, unknownCommand } from '../../commands/parse-command.ts';
import { whyUnavailable } from '../../commands/registry.ts';
import type { Delivery } from '../../messages.ts';
import { expandAtoms, withoutBlocks } from './editor/atoms.ts';
import { insertBlock, moveTo } from './editor/editor.ts';
import { readOwnCommand } from './own-command.ts';
import { openPanel } from './panels.ts';
import { quit, remember, type SendHow, sendMessage, sendPrompt } from './send.ts';
import { runShellLine } from './shell.ts';
import type { InputCore } from './state.ts';
import { startWork } from './works.ts';

/** Takes what is typed: a command, a shell line, or text for the agent. An empty prompt sends nothing. */
export function submit(core: InputCore, delivery?: Delivery): void {
  const { editor, facts } = core.state;
  const text = expandAtoms(editor.text, editor.atoms);
  if (text.trim() === '') return;
  if (submitTemplate(core, delivery)) return;
  const command = parseCommand(text);
  if (command !== undefined && delivery !== 'queue') {
    runCommand(core, command.name, command.argument);
    return;
  }
  const own = readOwnCommand(text);
  if (own !== undefined) {
    runShellLine(core, text.trim(), own);
    return;
  }
  send(core, text, { delivery: facts.isRunning ? delivery : undefined });
}

/** Sends what stands in the prompt, and keeps it in the history. */
function send(core: InputCore, text: string, how: SendHow): void {
  addKept(core);
  sendPrompt(core, how);
  remember(core, text);
}

/** Sends the text that a command of a person's own stands for, with what else is in the prompt; false: it is none. */
function submitTemplate(core: InputCore, delivery?: Delivery): boolean {
  const { editor, facts } = core.state;
  // What came back with it may stand before it.
  const words = withoutBlocks(editor.text, editor.atoms);
  const line = parseCommand(words === editor.text ? words : words.trimStart());
  const command = line === undefined ? undefined : findCommand(core.commands(), line.name);
  if (line === undefined || command?.template === undefined) return false;
  send(core, expandAtoms(editor.text, editor.atoms), {
    words: fillTemplate(command.template, line.argument),
    delivery: facts.isRunning ? delivery : undefined,
  });
  return true;
}

/** Puts what the person's own commands said before the message. It stands in the prompt again when that comes back. */
function addKept(core: InputCore): void {
  const { kept } = core.state;
  if (kept.length === 0) return;
  core.update({ kept: [] });
  const { editor } = core.state;
  core.update({ editor: kept.reduceRight((state, block) => insertBlock(moveTo(state, 0), block), editor) });
}

/** Runs a slash command; what it is called may be shortened. An unknown one stays in the prompt. */
export function runCommand(core: InputCore, name: string, argument: string): void {
  const commands = core.commands();
  const command = findCommand(commands, name);
  if (command === undefined) {
    const why = whyUnavailable(name);
    if (why !== undefined) remember(core, `/${name}`);
    core.hint(why ?? unknownCommand(commands, name), why === undefined ? 'error' : 'warning');
    return;
  }
  if (command.needsIdle === true && core.state.facts.isRunning) {
    core.hint(`/${command.name} has to wait: cancel the run first (${core.keymap.label('cancel')}).`, 'warning');
    return;
  }
  remember(core, `/${command.name}${argument === '' ? '' : ` ${argument}`}`);
  core.attempt(() => command.run(argument, commandContext(core)));
}

/** What a command gets. */
export function commandContext(core: InputCore): CommandContext {
  const { services, screen } = core.options;
  return {
    services,
    screen,
    session: core.state.facts,
    send: (body) => sendMessage(core, body),
    open: (panel) => openPanel(core, panel),
    quit: () => quit(core),
    hint: (text) => core.hint(text),
    work: (name, run) => startWork(core, name, run),
  };
}
