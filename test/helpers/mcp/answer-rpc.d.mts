export interface HandlerOptions {
  readonly kind?: string;
  readonly send: (message: unknown) => void;
  readonly note?: (line: string) => void;
  /** A file without which `initialize` is not answered. */
  readonly gate?: string;
}

export function createHandler(options: HandlerOptions): (message: unknown) => Promise<unknown>;
