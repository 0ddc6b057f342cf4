import * as pulumi from "@pulumi/pulumi";

/** What the components warn of, by the name that acknowledges it, and the things that it is about. */
export const WARNINGS = {
  "anonymous-read": "bucket",
  "detectors-without-credentials": "use case",
  "hidden-artefacts": "bucket",
  "missing-artefacts": "bucket",
  "missing-serving-key": "stack",
  "no-use-cases": "stack",
  "unreadable-bucket": "bucket",
} as const;

export type WarningName = keyof typeof WARNINGS;

/** Which warnings somebody has read and wants no more of: all of a name, or those about some things. */
export type Acknowledged = {
  readonly [Name in WarningName]?: boolean | Readonly<Record<string, boolean>> | undefined;
};

/** The warnings of one program: what a stack that works all the same will not do. */
export class Warnings {
  readonly #given = new Set<string>();

  readonly #acknowledged: Acknowledged;
  readonly #hint: (name: WarningName, things: readonly string[]) => string;

  /**
   * @param acknowledged The warnings that somebody has read and wants no more of.
   * @param hint What follows a warning: how to acknowledge it, for the things that it is about.
   */
  constructor(
    acknowledged: Acknowledged = {},
    hint: (name: WarningName, things: readonly string[]) => string = () => "",
  ) {
    this.#acknowledged = acknowledged;
    this.#hint = hint;
  }

  /**
   * The things that a warning is still to be given about. One that is added later is not among
   * those that were acknowledged.
   */
  unacknowledged(name: WarningName, things: readonly string[]): readonly string[] {
    const known = this.#acknowledged[name];
    if (typeof known !== "object") return known ? [] : things;
    return things.filter((thing) => !known[thing]);
  }

  /**
   * Warns on the resource, the same message once. In previews only, which every `pulumi up` begins
   * with: the update itself has nothing left to decide.
   *
   * @param things The names of what the warning is about; none where it is about the whole stack.
   */
  inPreview(
    name: WarningName,
    things: readonly string[],
    message: string,
    resource: pulumi.Resource,
  ): void {
    if (!pulumi.runtime.isDryRun() || this.#given.has(message)) return;
    const about = this.unacknowledged(name, things);
    const isKnown = things.length === 0 ? this.#acknowledged[name] === true : about.length === 0;
    if (isKnown) return;
    this.#given.add(message);
    void pulumi.log.warn(`${message}${this.#hint(name, about)}`, resource);
  }
}
