import * as pulumi from "@pulumi/pulumi";

/** What the components warn of, by the name that acknowledges it. */
export const WARNINGS = [
  "anonymous-read",
  "detectors-without-credentials",
  "hidden-artefacts",
  "missing-artefacts",
  "missing-serving-key",
  "no-use-cases",
  "unreadable-bucket",
] as const;

export type WarningName = (typeof WARNINGS)[number];

/** The warnings of one program: what a stack that works all the same will not do. */
export class Warnings {
  readonly #given = new Set<string>();

  /**
   * @param acknowledged The warnings that somebody has read and wants no more of.
   * @param hint What follows a warning: how to acknowledge it.
   */
  constructor(
    private readonly acknowledged: { readonly [Name in WarningName]?: boolean } = {},
    private readonly hint: (name: WarningName) => string = () => "",
  ) {}

  /**
   * Warns on the resource, the same message once. In previews only, which every `pulumi up` begins
   * with: the update itself has nothing left to decide.
   */
  inPreview(name: WarningName, message: string, resource: pulumi.Resource): void {
    if (!pulumi.runtime.isDryRun() || this.acknowledged[name] || this.#given.has(message)) return;
    this.#given.add(message);
    void pulumi.log.warn(`${message}${this.hint(name)}`, resource);
  }
}
