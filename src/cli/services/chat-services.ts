import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { toolSpec } from '../../agent/tool-spec.ts';
import { formatTokens } from '../../format.ts';
import { modelNames } from '../../model-name.ts';
import { PERMISSION_MODES, readPermissionMode } from '../../permissions/modes.ts';
import type { ModelListing } from '../../providers/catalog/catalog-settings.ts';
import type { RequestText } from '../../providers/provider.ts';
import { exportFormatOf, exportSession } from '../../sessions/export-session.ts';
import { renameSession, summariseSession } from '../../sessions/session-directory.ts';
import { writeExport } from '../../sessions/write-export.ts';
import type { Tool } from '../../tools/tool.ts';
import type { ChatServices } from '../../ui/input/services.ts';
import { outputFolder } from '../setup.ts';
import { sessionFolder } from '../wiring/session-store.ts';
import { askAside } from './ask-aside.ts';
import { promptServices } from './prompt-services.ts';
import { reportMcp } from './report-mcp.ts';
import { reportWire } from './report-wire.ts';
import { runShell } from './run-shell.ts';
import type { ServiceParts } from './service-parts.ts';
import { branchServices } from './session-branches.ts';
import { reportBudget, reportContext, reportCost, reportStatus } from './session-reports.ts';

/** Makes everything that the prompt needs from outside. What cannot work in this session is absent. */
export function createChatServices(parts: ServiceParts): ChatServices {
  const { setup, opened, memory } = parts;
  return {
    ...modelServices(parts),
    ...permissionServices(parts),
    ...sessionServices(parts),
    ...promptServices(setup, parts.history),
    runShell: (command, signal) =>
      runShell(command, signal, {
        cwd: setup.cwd,
        environment: opened.grants.environment,
        spill_dir: outputFolder(setup),
        noteOutput: opened.grants.noteOutput,
      }),
    quit: () => parts.leave(),
    report: {
      context: () => reportContext(opened, memory),
      cost: () => reportCost(opened, memory),
      budget: () => reportBudget(opened, memory),
      status: () => reportStatus(setup, opened, memory),
      wire: (argument) => reportWire(argument, parts),
      mcp: (argument) => reportMcp(argument, opened.mcp, setup),
    },
  };
}

type Part = Partial<ChatServices>;

function modelServices({ opened, memory }: ServiceParts) {
  const { catalog, budget, tools, mcp, session } = opened;
  const allTools = (): readonly Tool[] => [...tools, ...(mcp?.tools ?? [])];
  const isEnabled = ({ name }: Tool): boolean => memory.tools()?.includes(name) ?? true;
  const nextRequest = (): RequestText => ({
    system: opened.systemPrompt(),
    conversation: memory.conversation().messages,
    tools: allTools().filter(isEnabled).map(toolSpec),
  });
  return {
    listModels: async () => (await catalog.list()).map(modelChoice),
    previewSwitch: (model: string) =>
      catalog.preview(nextRequest(), model, modelNames(memory.model())[0] ?? '').catch((error: Error) => error.message),
    askAside: (question: string, signal: AbortSignal, show: (text: string) => void) => {
      const { session_id } = session;
      const conversation = memory.conversation().messages;
      return askAside(question, { catalog, model: memory.model(), session_id, conversation, show }, signal);
    },
    setBudget: async (dollars: number | undefined) => {
      budget.dollars = dollars;
      if (dollars === undefined) return 'There is no budget now.';
      const models = await Promise.all(modelNames(memory.model()).map((name) => catalog.resolve(name)));
      const unpriced = models.filter(({ info }) => info.prices === undefined).map(({ info }) => info.name);
      const gap =
        unpriced.length === 0 ? '' : ` What ${unpriced.join(' and ')} costs is not known, and does not count.`;
      return `This session halts when it has cost $${dollars}.${gap}`;
    },
    listTools: () =>
      allTools().map((tool) => ({
        name: tool.name,
        description: tool.description.split(/\.\s/, 1)[0] ?? '',
        isEnabled: isEnabled(tool),
      })),
  };
}

function modelChoice(model: ModelListing) {
  const { name, provider, context_limit, prices, efforts, is_usable, lacks, warning } = model;
  const detail = [
    ...(context_limit === undefined ? [] : [`${formatTokens(context_limit)} window`]),
    ...(prices === undefined ? [] : [`$${prices.input}/$${prices.output}`]),
    ...(warning === undefined ? [] : [warning]),
  ].join(', ');
  return {
    name,
    provider,
    ...(detail === '' ? {} : { detail }),
    ...(is_usable ? {} : { unavailable: lacks ?? 'not usable now' }),
    ...(efforts === undefined ? {} : { efforts }),
  };
}

function permissionServices({ opened }: ServiceParts): Part {
  const { agent, grants, trust } = opened;
  return {
    permissionModes: PERMISSION_MODES.filter(({ name }) => name !== 'full').map(({ name, description }) => ({
      value: name,
      description,
    })),
    permissionMode: () => grants.permissions.mode,
    alwaysRules: () => grants.permissions.remembered().map(({ text }) => text),
    forgetRule: (rule) => grants.permissions.forget(rule),
    setPermissionMode: (name) => {
      const mode = readPermissionMode(name);
      if (mode === undefined) throw new Error(`There is no permission mode "${name}".`);
      if (mode === 'full') throw new Error('The mode full is only for the start: agent-chat --permission-mode full.');
      grants.permissions.setMode(mode);
      agent.reconsiderApprovals();
      if (mode !== 'auto') return;
      void grants.sandboxProblem().then((problem) => {
        if (problem !== undefined) agent.warn(`The mode auto asks before every command here: ${problem}`);
      });
    },
    ...(trust === undefined
      ? {}
      : {
          trustFolder: () => {
            trust();
            return 'The instructions of this folder are used from the next request on.';
          },
        }),
  };
}

function sessionServices(parts: ServiceParts): Part {
  const { setup, opened } = parts;
  const { file, session_id } = opened.session;
  if (file === undefined) return {};
  const directory = sessionFolder(setup);
  return {
    ...branchServices(parts, file),
    renameSession: (title) => renameSession(directory, session_id, title),
    exportSession: async (path) => {
      const target = resolve(setup.cwd, path === '' ? `${session_id}.md` : path);
      await file.flush();
      if (!existsSync(file.path)) throw new Error('Nothing was said yet: there is nothing to export.');
      const { readSession } = await import('../../sessions/read-session.ts');
      const { messages } = await readSession(file.path);
      const title = (await summariseSession(directory, session_id))?.title ?? session_id;
      const text = exportSession(messages, exportFormatOf(target), { title });
      // Whoever names a file may have another one in mind; the session's own name is its own.
      writeExport(target, text, { isReplacing: path === '' });
      return target;
    },
  };
}
