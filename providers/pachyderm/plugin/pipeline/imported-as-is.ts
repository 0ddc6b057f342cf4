import type { Log } from "../../../kit/engine-log";
import type { PropertyChange } from "../../../kit/handler";
import { formatPath } from "../../../kit/property-path";

const LEFT = " is imported as it is; the next update will change: ";

/** The paths that such a message names, as text; undefined for other messages. */
export function readImportedAsIs(message: string): string | undefined {
  const at = message.indexOf(LEFT);
  return at === -1 ? undefined : message.slice(at + LEFT.length).trim();
}

/**
 * Pipelines that are being imported. The engine compares an import with the program at once and
 * updates differences in the same run; that would restart the pipeline and kill its running jobs.
 * So an import keeps the pipeline as it is, and the next update changes what differs.
 */
export class ImportedAsIs {
  readonly #imported = new Set<string>();

  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Records that a resource is being imported. */
  note(urn: string): void {
    this.#imported.add(urn);
  }

  /**
   * Whether to leave the changes to the next update, which applies to the first diff after the
   * import. A message names them. A replacement is not left to the next update, because the import
   * is of a different pipeline.
   */
  async leaveAsIs(urn: string, what: string, changes: readonly PropertyChange[]): Promise<boolean> {
    if (!this.#imported.delete(urn)) return false;
    if (changes.length === 0 || changes.some(({ replace }) => replace)) return false;
    const paths = changes.map(({ path }) => formatPath(path)).join(", ");
    await this.#log.log("info", `${what}${LEFT}${paths}`, urn);
    return true;
  }
}
