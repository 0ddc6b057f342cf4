/** A long-running program of the sandbox. */
export interface ServiceDefinition {
  readonly name: string;
  /** Where it is reached: host and port, with or without a scheme; absent for a service that only calls others. */
  readonly address?: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Default: somebody answers at the address. */
  readonly isReady?: () => Promise<boolean>;
}
