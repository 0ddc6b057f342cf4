/** A long-running program of the sandbox. */
export interface ServiceDefinition {
  readonly name: string;
  /**
   * Its address: host and port, with or without a scheme; not set for a service that only calls
   * others.
   */
  readonly address?: string;
  /** Builds what the command runs, before each start. Default: it already exists. */
  readonly build?: () => Promise<void>;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /**
   * What it prints once it is ready. Until then it is not ready, even if something responds at its
   * address.
   */
  readonly announcement?: string;
  /** Default: whether it has printed its announcement, or else the address accepts connections. */
  readonly isReady?: () => Promise<boolean>;
}
