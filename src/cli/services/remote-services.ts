import { OWN_MODEL } from '../../commands/model.ts';
import type { RemoteAgent } from '../../server/connect/connect.ts';
import { renderStats } from '../../stats/render-stats.ts';
import type { ChatServices, PromptHistory } from '../../ui/input/services.ts';
import type { Setup } from '../setup.ts';
import { promptServices } from './prompt-services.ts';
import type { SessionMemory } from './session-memory.ts';

/** What the services of a remote agent are made from. */
export interface RemoteParts {
  readonly setup: Setup;
  readonly agent: RemoteAgent;
  readonly memory: SessionMemory;
  readonly history: PromptHistory;
  leave(): void;
}

/** Makes what the prompt needs when the agent is somewhere else: the model and the tools are its own. */
export function remoteServices({ setup, agent, memory, history, leave }: RemoteParts): ChatServices {
  return {
    ...promptServices(setup, history),
    listModels: async () => [],
    previewSwitch: async () => OWN_MODEL,
    runShell: () => Promise.reject(new Error('Commands of your own need the local agent.')),
    quit: () => leave(),
    report: {
      status: () => `${agent.model_name}\n\n${agent.inspect()}`,
      cost: () => renderStats(memory.stats(), ['model', 'tool']).join('\n'),
    },
  };
}
