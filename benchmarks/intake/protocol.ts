// What the benchmark's processes say to each other: a server under test, and who loads it.

export type StoreKind = 'sqlite' | 'postgresql';

export interface ServerSetting {
  readonly store: StoreKind;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
}

/** The first message to a server: where it stores, and its certificates and keys as JSON. */
export interface ServerBegin {
  readonly kind: 'begin';
  readonly setting: ServerSetting;
  readonly fixture: string;
}

export interface UsageQuestion {
  readonly kind: 'usage?';
}

export type ToServer = ServerBegin | UsageQuestion;

export interface ServerReady {
  readonly kind: 'ready';
  readonly port: number;
}

export interface ServerUsage {
  readonly kind: 'usage';
  /** User and system time of the whole process, µs. */
  readonly cpuMicros: number;
  readonly stored: number;
}

/** One connection's requests, prepared so that loading costs little: whole HTTP requests as bytes. */
export interface LoadPlan {
  readonly port: number;
  readonly tls: { readonly ca: string; readonly cert?: string; readonly key?: string };
  readonly requests: readonly Uint8Array[];
}
