import type { ConversationMessage } from '../../conversation.ts';
import type { InstalledModels } from '../../providers/catalog.ts';

const SYSTEM =
  'Answer the last question in a few sentences. It stands beside the conversation before it; you have no tools.';
const LIMIT_MS = 120_000;

export interface Aside {
  readonly catalog: InstalledModels;
  readonly model: string;
  readonly session_id: string;
  readonly conversation: readonly ConversationMessage[];
}

/** Asks the model something beside the conversation, once, without tools. Rejects with what went wrong. */
export async function askAside(question: string, aside: Aside): Promise<string> {
  const [name = ''] = aside.model.split(',');
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
    AbortSignal.timeout(LIMIT_MS),
  );
  let answer = '';
  for await (const event of events) {
    if (event.type === 'text') answer += event.chunk;
    if (event.type === 'finish') break;
  }
  return answer.trim() === '' ? 'The model said nothing.' : answer;
}
