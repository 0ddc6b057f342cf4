/** Evaluates a preview for one use case. */
import { readImportedAsIs } from "../../../providers/pachyderm/client";
import {
  changingSteps,
  type Preview,
  type PreviewStep,
  resourceName,
  resourceType,
} from "../../preview/preview-json";

export interface Judgement {
  /** The names of imported resources. */
  readonly imports: readonly string[];
  /** The pipelines among these. */
  readonly importedPipelines: readonly string[];
  /** The names of repos, branches and pipelines that are created. */
  readonly creates: readonly string[];
  /** The names of resources that are updated, replaced or deleted. */
  readonly changes: readonly string[];
  /** The pipelines among these: an update restarts a pipeline. */
  readonly restarts: readonly string[];
  /** The differences of imported resources that the next update would change. */
  readonly differences: readonly string[];
  /**
   * The names of other resources of the stack that are imported, created or changed, by operation.
   */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

const PIPELINE = "pachyderm:index:Pipeline";
const UNCHANGED = new Set(["same", "read", "refresh", "read-discard", "import"]);
/** Components and providers exist only in the stack. */
const INTERNAL = /^(pulumi:|pachyderm-seldon:)/;

/** The steps of a use case's own resources, and what else the same update does. */
export function judgePreview(preview: Preview, useCase: string): Judgement {
  const { steps, diagnostics } = preview;
  const own = ownSteps(steps, useCase);
  const names = (some: readonly PreviewStep[]) => some.map(({ urn }) => resourceName(urn));
  // components, and resources that only watch a deployment, create nothing
  const made = own.filter(({ urn }) => resourceType(urn).startsWith("pachyderm:"));
  const changed = made.filter(({ op }) => !UNCHANGED.has(op) && op !== "create");
  const urns = new Set(own.map(({ urn }) => urn));
  const imported = made.filter(({ op }) => op === "import");
  const isPipeline = ({ urn }: PreviewStep) => resourceType(urn) === PIPELINE;
  return {
    imports: names(imported),
    importedPipelines: names(imported.filter(isPipeline)),
    creates: names(made.filter(({ op }) => op === "create")),
    changes: names(changed),
    restarts: names(changed.filter(isPipeline)),
    differences: diagnostics.flatMap(({ urn = "", message }) => {
      const paths = urns.has(urn) ? readImportedAsIs(message) : undefined;
      return paths === undefined ? [] : [`${resourceName(urn)}: ${paths}`];
    }),
    others: byOperation(
      changingSteps(preview).filter(({ urn }) => !made.some((each) => each.urn === urn)),
    ),
  };
}

function byOperation(steps: readonly PreviewStep[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { op, urn } of steps) {
    // a replacement has further steps with these names
    if (INTERNAL.test(resourceType(urn)) || /-replace(d|ment)$/.test(op)) continue;
    found.set(op, [...(found.get(op) ?? []), resourceName(urn)]);
  }
  return found;
}

/** The steps of everything below the use case's component. */
function ownSteps(steps: readonly PreviewStep[], useCase: string): PreviewStep[] {
  const parents = new Map(
    steps.map(({ urn, newState, oldState }) => [urn, (newState ?? oldState)?.parent]),
  );
  const isOwn = (urn: string | undefined): boolean => {
    if (urn === undefined || urn === "") return false;
    const isUseCase = resourceType(urn) === "pachyderm-seldon:index:UseCase";
    return (isUseCase && resourceName(urn) === useCase) || isOwn(parents.get(urn));
  };
  return steps.filter(({ urn }) => isOwn(urn));
}
