import type { ConversationMessage } from '../../conversation.ts';
import { modelNames } from '../../model-name.ts';
import type { InstalledModels } from '../../providers/catalog/catalog.ts';

const SYSTEM =
  'Answer the last question in a few sentences. It stands beside the conversation before it; you have no tools.';
const LIMIT_MS = 120_000;

export interface Aside {
  readonly catalog: InstalledModels;
  readonly model: string;
  readonly session_id: string;
  readonly conversation: readonly ConversationMessage[];
  /** Is given the answer so far. */
  readonly show: (text: string) => void;
}

/** Asks the model something beside the conversation, once, without tools. Rejects with what went wrong, or when aborted. */
export async function askAside(question: string, aside: Aside, signal: AbortSignal): Promise<string> {
  const late = AbortSignal.timeout(LIMIT_MS);
  try {
    return await ask(question, aside, AbortSignal.any([signal, late]));
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    throw new Error(`${aside.model} did not answer within two minutes. Ask again, or choose another model.`);
  }
}

async function ask(question: string, aside: Aside, signal: AbortSignal): Promise<string> {
  const [name = ''] = modelNames(aside.model);
  const { info, provider } = await aside.catalog.resolve(name);
  const asked: ConversationMessage = { role: 'user', id: 'aside', content: question, origin: 'person' };
  const events = provider.stream(
    {
      model: info,
      system: SYSTEM,
      conversation: [...aside.conversation, asked],
      tools: [],
      session_id: aside.session_id,
    },
    signal,
  );
  let answer = '';
  for await (const event of events) {
    if (event.type === 'text') {
      answer += event.chunk;
      aside.show(answer);
    }
    if (event.type === 'finish') break;
  }
  signal.throwIfAborted();
  return answer.trim() === '' ? 'The model said nothing.' : answer;
}
