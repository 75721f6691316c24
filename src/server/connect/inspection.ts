import { isRecord } from '../json-fields.ts';
import type { RemoteActivity, RemoteThread } from './remote-thread.ts';

const MAX_EVENTS = 50;

/** What a remote agent says beside the conversation, kept for a person who asks. */
export class Inspection {
  readonly #counts = new Map<string, number>();
  readonly #shown = new Map<string, string>();
  #events: string[] = [];

  /** Takes an event as it came. */
  take(raw: unknown): void {
    if (!isRecord(raw)) return;
    const type = String(raw.type);
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
    if (type !== 'CUSTOM' && type !== 'RAW') return;
    this.#events = [
      ...this.#events,
      JSON.stringify(raw.type === 'CUSTOM' ? { [String(raw.name)]: raw.value } : raw.event),
    ];
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
  }

  /** Gives the activities that have changed since they were last asked for. */
  changedActivities(thread: RemoteThread): [string, RemoteActivity][] {
    const changed = [...thread.activities].filter(
      ([id, { content }]) => this.#shown.get(id) !== JSON.stringify(content),
    );
    for (const [id, { content }] of changed) this.#shown.set(id, JSON.stringify(content));
    return changed;
  }

  /** Says everything as text: the shared state, the activities, the agent's own events, and how many of each type came. */
  describe(thread: RemoteThread): string {
    const activities = [...thread.activities.values()].map(({ name, content }) => `${name}\n${pretty(content)}`);
    const counts = [...this.#counts].map(([type, count]) => `${type} ${count}`);
    return [
      section('Thread', [thread.thread_id]),
      section('State', [pretty(thread.state)]),
      section('Activities', activities),
      section('Events of its own', this.#events),
      section('Events', counts),
    ].join('\n\n');
  }
}

function section(title: string, lines: readonly string[]): string {
  return `${title}\n${lines.length > 0 ? lines.join('\n') : 'none'}`;
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'none';
}
