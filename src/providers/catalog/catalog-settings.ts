import type { ReasoningEffort } from '../../messages.ts';
import type { DemoOptions } from '../demo/demo-provider.ts';
import type { SentRequest } from '../endpoint.ts';
import type { ModelInfo, ModelPrices, WireProtocol } from '../provider.ts';
import type { JsonRequest } from './json-request.ts';

/** Everything that the catalog is made from. It reads nothing else: no environment, no files but a script's. */
export interface CatalogSettings {
  /** The environment: keys, addresses and proxies are found in it by the names of the provider table. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute; where relative paths of scripts begin. */
  readonly cwd: string;
  /** The model that the config file names. */
  readonly model?: string | undefined;
  /** Providers of the user's config file: new ones, or changes of known ones. */
  readonly providers?: Readonly<Record<string, UserProvider>>;
  /** What the user's config file says of models, by full name. */
  readonly models?: Readonly<Record<string, UserModel>>;
  /** A proxy that replaces those of the environment. */
  readonly proxy?: string | undefined;
  /** Certificates (PEM) to trust beside the usual ones. */
  readonly ca?: readonly string[] | undefined;
  readonly demo: DemoOptions;
  /** The least milliseconds from one read of a response to the next. Absent: whatever comes is read at once. */
  readonly read_every_ms?: number;
  /** Whether, and how long, servers on this machine are looked for. By default 150 ms. */
  readonly local?: { readonly is_searched?: boolean; readonly timeout_ms?: number };
  /** Told of every request to a model as it goes out. */
  readonly onSent?: (request: SentRequest) => void;
  /** Runs a command that prints a key. */
  readonly readKey?: (command: string) => Promise<string>;
  /** Asks local servers; by default over plain HTTP. */
  readonly requestJson?: JsonRequest;
}

/** One provider as a config file has it. */
export interface UserProvider {
  readonly protocol?: Exclude<WireProtocol, 'script'> | undefined;
  readonly base_url?: string | undefined;
  /** A key, or `${NAME}` for an environment variable. */
  readonly key?: string | undefined;
  /** A command that prints the key. */
  readonly key_command?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly models?: readonly string[] | undefined;
}

/** What a user knows of a model. */
export interface UserModel {
  readonly context_limit?: number | undefined;
  readonly output_limit?: number | undefined;
  readonly prices?:
    | {
        readonly input: number;
        readonly output: number;
        readonly cache_read?: number | undefined;
        readonly cache_creation?: number | undefined;
      }
    | undefined;
  readonly has_vision?: boolean | undefined;
  readonly efforts?: readonly ReasoningEffort[] | undefined;
}

/** A model as a list shows it. */
export interface ModelListing {
  /** `provider/model`. */
  readonly name: string;
  readonly provider: string;
  readonly is_usable: boolean;
  /** What it takes to use it; absent when it can be used now. */
  readonly lacks?: string;
  readonly context_limit?: number;
  readonly prices?: ModelPrices;
  readonly has_vision?: boolean;
  readonly efforts?: ModelInfo['efforts'];
  readonly is_local?: boolean;
  /** What a person should know before choosing it. */
  readonly warning?: string;
}

/** The model that is taken when none was asked for. */
export interface DefaultModel {
  readonly name: string;
  /** One phrase: "ANTHROPIC_API_KEY is set". */
  readonly why: string;
  /** The demo, because there is nothing else. */
  readonly is_fallback?: true;
}

/** One line of a diagnosis. */
export interface Finding {
  readonly topic: 'model' | 'provider' | 'local' | 'proxy' | 'data' | 'node';
  /** `error`: with this nothing can be asked, or something was left out that counts. */
  readonly level: 'ok' | 'info' | 'warning' | 'error';
  readonly message: string;
  readonly suggested_action?: string;
}
