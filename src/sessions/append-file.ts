import { closeSync, fdatasync, writeSync } from 'node:fs';
import { errorCode } from '../errors.ts';
import { fileProblem } from './private-file.ts';

/** The system calls under an append-only file; tests make the n-th of them fail. */
export interface FileCalls {
  /** Writes some of the bytes from `offset` on; gives how many. */
  write(descriptor: number, bytes: Uint8Array, offset: number): number;
  sync(descriptor: number, done: (error: Error | null) => void): void;
  close(descriptor: number): void;
}

/** The calls of Node. */
export const NODE_CALLS: FileCalls = {
  write: (descriptor, bytes, offset) => writeSync(descriptor, bytes, offset),
  sync: (descriptor, done) => fdatasync(descriptor, done),
  close: closeSync,
};

export interface AppendFileOptions {
  /** Opens the file for appending; called again after it failed. */
  readonly open: () => number;
  /** Told once when records stop reaching the disk, and once when all of them have reached it again. */
  readonly onState: (state: { readonly problem: string } | { readonly recovered: true }) => void;
  readonly calls?: FileCalls;
  readonly retry_ms?: number;
}

/**
 * A file that only grows. Every record is handed to the system with one write before `append` returns, so it survives
 * the death of this process. When the disk refuses, records wait in memory in their order, a half-written one goes on
 * where it stopped, and everything is tried again; `append` never throws.
 */
export interface AppendFile {
  /** Adds a record; `isDurable` asks for it to survive a power cut as well, soon and in the background. */
  append(record: string, isDurable: boolean): void;
  /** Resolves when everything added so far has been written and synced, or cannot be. */
  flush(): Promise<void>;
  /** Flushes and closes. Gives the number of records that never reached the disk. */
  close(): Promise<number>;
}

/** Makes an append-only file. Nothing is opened before the first record. */
export function createAppendFile(options: AppendFileOptions): AppendFile {
  return new RetryingFile(options);
}

class RetryingFile implements AppendFile {
  readonly #options: AppendFileOptions;
  readonly #calls: FileCalls;
  #descriptor: number | undefined;
  #waiting: Uint8Array[] = [];
  /** How much of the first waiting record is written. */
  #offset = 0;
  #hasProblem = false;
  #retry: NodeJS.Timeout | undefined;
  #needsSync = false;
  #syncing: Promise<void> | undefined;

  constructor(options: AppendFileOptions) {
    this.#options = options;
    this.#calls = options.calls ?? NODE_CALLS;
  }

  append(record: string, isDurable: boolean): void {
    this.#waiting.push(Buffer.from(record));
    this.#drain();
    if (isDurable) this.#sync();
  }

  async flush(): Promise<void> {
    this.#drain();
    this.#sync();
    while (this.#syncing !== undefined) await this.#syncing;
  }

  async close(): Promise<number> {
    await this.flush();
    clearTimeout(this.#retry);
    if (this.#descriptor !== undefined) this.#calls.close(this.#descriptor);
    this.#descriptor = undefined;
    return this.#waiting.length;
  }

  #drain(): void {
    clearTimeout(this.#retry);
    try {
      while (this.#waiting.length > 0) this.#writeFirst();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!this.#hasProblem) return;
    this.#hasProblem = false;
    this.#options.onState({ recovered: true });
  }

  #writeFirst(): void {
    const [record] = this.#waiting;
    if (record === undefined) return;
    this.#descriptor ??= this.#options.open();
    this.#offset += this.#calls.write(this.#descriptor, record, this.#offset);
    if (this.#offset < record.length) return;
    this.#offset = 0;
    this.#waiting.shift();
  }

  #fail(error: unknown): void {
    this.#retry = setTimeout(() => this.#drain(), this.#options.retry_ms ?? 2000).unref();
    if (this.#hasProblem) return;
    this.#hasProblem = true;
    this.#options.onState({ problem: fileProblem(error) });
  }

  /** One sync runs at a time; what is written meanwhile is covered by one more. */
  #sync(): void {
    this.#needsSync = true;
    if (this.#syncing !== undefined || this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    this.#needsSync = false;
    this.#syncing = new Promise((resolve) => {
      this.#calls.sync(descriptor, (error) => {
        this.#syncing = undefined;
        // Pipes and some file systems cannot sync; the records are written all the same.
        if (errorCode(error) === 'EIO') this.#fail(error);
        if (this.#needsSync && error === null) this.#sync();
        resolve();
      });
    });
  }
}
