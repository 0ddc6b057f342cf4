import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "debug" | "info" | "warning" | "error";

/** Shows messages to the user, on the resource with the given URN if there is one. */
export interface Log {
  log(severity: Severity, message: string, urn?: string): Promise<void>;
}

const severities = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
} as const;

/** The engine's diagnostics: messages sent here appear in `pulumi preview` and `pulumi up`. */
export class EngineLog implements Log {
  #engine: EngineClient | undefined;

  /**
   * @param address the engine's address: the first argument that it passes to a plugin. An engine
   * that attaches to a running plugin sends it later.
   */
  constructor(address?: string) {
    if (address !== undefined) this.attach(address);
  }

  /** Sends messages to another engine from now on. */
  attach(address: string): void {
    this.#engine?.close();
    this.#engine = new EngineClient(address, grpc.credentials.createInsecure());
  }

  log(severity: Severity, message: string, urn = ""): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(message);
    request.setUrn(urn);
    return new Promise((resolve, reject) => {
      if (this.#engine === undefined) return reject(new Error(`no engine is attached: ${message}`));
      this.#engine.log(request, (error) => {
        // a plugin that outlives its engine can report errors only here
        if (error) console.error(`${severity}: ${message}`);
        resolve();
      });
    });
  }
}
