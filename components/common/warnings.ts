import * as pulumi from "@pulumi/pulumi";

/** The warnings of the components, by the name that acknowledges them, with their subject. */
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

/** The acknowledged warnings, by name: all of them, or those about some objects. */
export type Acknowledged = {
  readonly [Name in WarningName]?: boolean | Readonly<Record<string, boolean>> | undefined;
};

/** The warnings of one program about a valid stack that may not do what is intended. */
export class Warnings {
  readonly #given = new Set<string>();

  readonly #acknowledged: Acknowledged;
  readonly #hint: (name: WarningName, things: readonly string[]) => string;

  /**
   * @param acknowledged The warnings to omit.
   * @param hint The text after a warning: how to acknowledge it for these objects.
   */
  constructor(
    acknowledged: Acknowledged = {},
    hint: (name: WarningName, things: readonly string[]) => string = () => "",
  ) {
    this.#acknowledged = acknowledged;
    this.#hint = hint;
  }

  /**
   * The objects whose warning is not acknowledged. Acknowledging some does not include objects that
   * are added later.
   */
  unacknowledged(name: WarningName, things: readonly string[]): readonly string[] {
    const known = this.#acknowledged[name];
    if (typeof known !== "object") return known ? [] : things;
    return things.filter((thing) => !known[thing]);
  }

  /**
   * Warns on the resource, once per message. It does so only in previews, which precede every
   * `pulumi up`: during the update it is too late to decide.
   *
   * @param things The names of the objects; empty if the warning is about the whole stack.
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
