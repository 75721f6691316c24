import type { Provider } from '../provider.ts';
import { playResponse } from './play-steps.ts';
import type { Script, ScriptResponse } from './steps.ts';

/** Makes a provider that plays a script: one response a request, in their order, whatever is asked. */
export function createScriptProvider(path: string, script: Script): Provider {
  const atEnd: ScriptResponse = {
    steps: [{ type: 'text', text: `The script has no more responses (${path} has ${script.responses.length}).` }],
  };
  let played = 0;
  return {
    name: 'script',
    protocol: 'script',
    stream: (request, signal) => {
      const response = script.responses[played] ?? atEnd;
      played += 1;
      const number = played;
      return playResponse(response, { request, signal, callId: (index) => `script_${number}_${index}` });
    },
  };
}
