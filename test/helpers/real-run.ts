import { createAgent } from '../../src/agent/agent.ts';
import type { AgentMessage, AgentMessageOf } from '../../src/messages.ts';
import type { Sandbox } from '../../src/permissions/sandbox/sandbox.ts';
import type { ModelCatalog } from '../../src/providers/provider.ts';
import type { ToolsOptions } from '../../src/tools/options.ts';
import { createTools } from '../../src/tools/registry.ts';
import type { AccessVerdict, Permissions } from '../../src/tools/tool.ts';
import { checkPromises } from './check-promises.ts';

/** One agent with the real tools in a folder, on any catalog, on the real clock. */
export interface RealRun {
  readonly log: readonly AgentMessage[];
  /** Sends a text and resolves with the `done` of its turn. `during` is called with every message until then. */
  ask(text: string, during?: (message: AgentMessage) => void): Promise<AgentMessageOf<'done'>>;
  readonly agent: ReturnType<typeof createAgent>;
  /** Ends the session; throws when its log breaks a promise. */
  end(): Promise<readonly AgentMessage[]>;
}

export interface RealRunOptions {
  readonly catalog: ModelCatalog;
  readonly model: string;
  readonly cwd: string;
  /** Whether a call is allowed; everything is by default. */
  readonly judge?: (tool: string) => AccessVerdict;
  readonly permissions?: Permissions;
  readonly sandbox?: Sandbox;
}

/** Starts the agent. */
export function startRealRun({ catalog, model, cwd, judge, sandbox, ...given }: RealRunOptions): RealRun {
  const allowed: AccessVerdict = { decision: 'allow', by: 'mode', grant: { is_sandboxed: false } };
  const permissions: Permissions = given.permissions ?? {
    judge: (_, { name }) => judge?.(name) ?? allowed,
    remember: () => undefined,
  };
  const options: ToolsOptions = {
    environment: { PATH: process.env.PATH ?? '', HOME: cwd },
    spill_dir: cwd,
    ...(sandbox === undefined ? {} : { sandbox }),
  };
  const agent = createAgent({
    session_id: 's1',
    cwd,
    catalog,
    model,
    tools: createTools(options),
    permissions,
    systemPrompt: () => 'Be brief.',
  });
  const log: AgentMessage[] = [];
  let watch: (message: AgentMessage) => void = () => undefined;
  const reading = (async () => {
    for await (const message of agent.messages) {
      log.push(message);
      watch(message);
    }
  })();
  return {
    log,
    agent,
    ask: (text, during) =>
      new Promise((resolve) => {
        watch = (message) => {
          during?.(message);
          if (message.type === 'done') resolve(message);
        };
        agent.send({ type: 'text', content: text });
      }),
    end: async () => {
      await agent.close();
      await reading;
      const violations = checkPromises(log);
      if (violations.length > 0) throw new Error(violations.join('\n'));
      return log;
    },
  };
}
