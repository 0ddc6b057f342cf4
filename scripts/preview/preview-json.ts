/** The part of the output of `pulumi preview --json` that the scripts read. */
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
  /** The differences, by property path; absent if the provider reports none. */
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
  /** Whether the object is kept when the resource leaves the stack. */
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

/**
 * Parses the output of `pulumi preview --json` or `pulumi refresh --preview-only --json`. A failed
 * preview has fewer steps.
 */
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
 * The steps that change something. If only the protection of a resource changes, the engine's
 * operation is `same`; here it is `protect`, or `unprotect` if the resource loses protection.
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

/** Whether a step changes only the protection of its resource. */
export function isProtectionStep({ op }: PreviewStep): boolean {
  return op === PROTECT || op === UNPROTECT;
}

/** The options that protect a resource from deletion. */
export const PROTECTIONS = ["protect", "retainOnDelete"] as const;

/** An option of a resource that is set or unset. */
export interface ProtectionChange {
  readonly option: (typeof PROTECTIONS)[number];
  readonly now: boolean;
}

/** The changes of protection of a resource that exists and stays in the stack. */
export function protectionChanges({ oldState, newState }: PreviewStep): ProtectionChange[] {
  if (oldState == null || newState == null) return [];
  return PROTECTIONS.flatMap((option) => {
    const now = newState[option] === true;
    return now === (oldState[option] === true) ? [] : [{ option, now }];
  });
}

/** The steps whose resources lose this protection, or, without an option, any protection. */
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

/** The steps of resources that have inputs: not those of components or of the engine itself. */
export function resourceSteps<Step extends PreviewStep>(steps: readonly Step[]): Step[] {
  return steps.filter(
    ({ urn, newState, oldState }) =>
      (newState ?? oldState)?.inputs != null && !resourceType(urn).startsWith("pulumi:"),
  );
}

/** Whether a step deletes an object. */
export function isDeletion({ op, oldState }: PreviewStep): boolean {
  return /^(delete|replace|create-replacement)/.test(op) && oldState?.retainOnDelete !== true;
}

/** The errors of the preview, without the engine's prefix; empty if there are none. */
export function errorsOf({ diagnostics }: Preview): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message.trim().replace(/^error: /, ""));
}

/** The warnings of the preview, without the engine's prefix. */
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
