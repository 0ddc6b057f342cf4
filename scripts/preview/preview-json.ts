/** The part of what `pulumi preview --json` prints that the scripts read. */
export interface Preview {
  readonly steps: readonly PreviewStep[];
  readonly diagnostics: readonly Diagnostic[];
  /** The stack's configuration: blocks as JSON, secrets as `[secret]`. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface PreviewStep {
  /** `same`, `create`, `update`, `delete`, `replace` and so on, as the engine names them. */
  readonly op: string;
  readonly urn: string;
  readonly oldState?: ResourceState | null;
  readonly newState?: ResourceState | null;
  /** What differs, by property path; absent where the provider tells none. */
  readonly detailedDiff?: Readonly<Record<string, { readonly kind: string }>> | null;
}

export interface ResourceState {
  readonly type: string;
  /** The URN of the parent. */
  readonly parent?: string;
  /** Secrets are `[secret]`. */
  readonly inputs?: Readonly<Record<string, unknown>> | null;
  /** Whether the engine refuses to delete it. */
  readonly protect?: boolean;
  /** Whether it stays where it is when it leaves the stack. */
  readonly retainOnDelete?: boolean;
}

export interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  readonly urn?: string;
}

/** What the engine shows in place of a secret. */
export const SECRET = "[secret]";

/** Operations that change nothing. */
const UNCHANGED = new Set(["same", "read", "refresh", "read-discard"]);

/** Reads what `pulumi preview --json` or `pulumi refresh --preview-only --json` printed; a preview that failed has fewer steps. */
export function readPreview(json: string): Preview {
  let preview: Partial<Preview>;
  try {
    preview = JSON.parse(json) as Partial<Preview>;
  } catch {
    throw new Error(`expected the output of \`pulumi preview --json\`, found ${quoteStart(json)}`);
  }
  const { steps = [], diagnostics = [], config = {} } = preview;
  return { steps, diagnostics, config };
}

/**
 * The steps that change something. The engine calls a resource of which only the protection changes
 * `same`; here its operation is `protect`, or `unprotect` if it loses some.
 */
export function changingSteps({ steps }: Preview): PreviewStep[] {
  return steps.flatMap((step) => {
    if (!UNCHANGED.has(step.op)) return [step];
    if (step.op !== "same") return [];
    const changes = protectionChanges(step);
    if (changes.length === 0) return [];
    return [{ ...step, op: changes.every(({ now }) => now) ? PROTECT : UNPROTECT }];
  });
}

const [PROTECT, UNPROTECT] = ["protect", "unprotect"];

/** Whether only the protection of a step's resource changes. */
export function isProtectionStep({ op }: PreviewStep): boolean {
  return op === PROTECT || op === UNPROTECT;
}

/** The options that protect a resource from being deleted. */
export const PROTECTIONS = ["protect", "retainOnDelete"] as const;

/** An option of a resource that is set or unset. */
export interface ProtectionChange {
  readonly option: (typeof PROTECTIONS)[number];
  readonly now: boolean;
}

/** How the protection of a resource changes that exists and stays in the stack. */
export function protectionChanges({ oldState, newState }: PreviewStep): ProtectionChange[] {
  if (oldState == null || newState == null) return [];
  return PROTECTIONS.flatMap((option) => {
    const now = newState[option] === true;
    return now === (oldState[option] === true) ? [] : [{ option, now }];
  });
}

/** The steps whose resources lose this protection; with no option, any. */
export function unprotectingSteps(
  preview: Preview,
  option?: ProtectionChange["option"],
): PreviewStep[] {
  return changingSteps(preview).filter((step) =>
    protectionChanges(step).some(
      (change) => !change.now && (option === undefined || change.option === option),
    ),
  );
}

/** The steps of resources that have inputs of their own: not of components, nor of the engine's. */
export function resourceSteps<Step extends PreviewStep>(steps: readonly Step[]): Step[] {
  return steps.filter(
    ({ urn, newState, oldState }) =>
      (newState ?? oldState)?.inputs != null && !resourceType(urn).startsWith("pulumi:"),
  );
}

/** Whether a step takes something away that is not kept where it is. */
export function isDeletion({ op, oldState }: PreviewStep): boolean {
  return /^(delete|replace|create-replacement)/.test(op) && oldState?.retainOnDelete !== true;
}

/** What ended the preview, the engine's prefix taken off; empty if nothing did. */
export function errorsOf({ diagnostics }: Preview): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message.trim().replace(/^error: /, ""));
}

/** What the preview warns of, the engine's prefix taken off. */
export function warningsOf({ diagnostics }: Preview): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ message }) => message.trim().replace(/^warning: /, ""));
}

/** Whether a warning says that Pachyderm did not validate the specs. */
export function isNotValidated(warning: string): boolean {
  return /^(not|no longer) validated by Pachyderm: /.test(warning);
}

/** The resource's name in the program. */
export function resourceName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The resource's own type, without those of its parents. */
export function resourceType(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function quoteStart(text: string): string {
  return text.trim() === "" ? "nothing" : JSON.stringify(text.trim().slice(0, 80));
}
