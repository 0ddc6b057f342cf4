import type { Log, Severity } from "../../providers/kit/engine-log";

/** Records a plugin's messages to the user. */
export class RecordingLog implements Log {
  readonly messages: { severity: Severity; message: string; urn: string | undefined }[] = [];

  async log(severity: Severity, message: string, urn?: string): Promise<void> {
    this.messages.push({ severity, message, urn });
  }

  /** The warnings since the last call. */
  takeWarnings(): string[] {
    const warnings = this.messages.filter(({ severity }) => severity === "warning");
    this.messages.length = 0;
    return warnings.map(({ message }) => message);
  }
}
