/** Finds differences between a use case and its running pipelines. */

import { isDeepStrictEqual } from "node:util";
import { pipelineNames } from "../../../config/checks/same-names";
import { setCommand } from "../../../config/messages";
import { stackKey } from "../../../config/stack-file";
import { formatPath, type PropertyPath, partAt } from "../../../providers/kit/property-path";
import type { Value, ValueMap } from "../../../providers/kit/values";
import { diffSpecs } from "../../../providers/pachyderm/client";
import { type CheckedSpec, checkSpecs } from "../check/check-specs";
import type { StackAdditions } from "../definition/take-apart";
import { refuse } from "../problems";
import { renderUseCase } from "../proof/compare-rendered";
import { formatRef, parsePipelineName, type Server } from "../server";
import type { StackFacts } from "../stack-facts";
import type { Edit } from "./edits";
import { furtherEdits } from "./further-edits";
import type { SelectedDefinition } from "./stack-use-cases";
import { trainedEdits } from "./trained-edits";

/** A pipeline whose running spec differs from the one that the program would create. */
export interface Drift {
  readonly pipeline: CheckedSpec;
  /** The fields that differ. */
  readonly fields: readonly string[];
}

export interface UseCaseDrift {
  readonly drifted: readonly Drift[];
  /** The edits of the use case's file. */
  readonly edits: readonly Edit[];
  /** Changes that must be made elsewhere, one line each. */
  readonly elsewhere: readonly string[];
}

export interface DriftOptions {
  readonly server: Server;
  readonly stack: StackFacts;
  readonly made: ReadonlySet<string>;
  readonly plainEnv: ReadonlySet<string>;
}

/** Compares each pipeline of a use case with the running one. */
export async function findDrift(
  selected: SelectedDefinition,
  { server, stack, made, plainEnv }: DriftOptions,
  render: typeof renderUseCase = renderUseCase,
): Promise<UseCaseDrift> {
  const { project } = stack;
  const rendered = await render(selected.name, project, { stack: stack.stack });
  const edits: Edit[] = [];
  const elsewhere: string[] = [];
  const drifted: Drift[] = [];
  // the program renders all use cases that the stack selects
  const own = pipelineNames(selected.effective).map((name) =>
    formatRef({ project, name: stack.prefix + name }),
  );
  for (const [id, spec] of [...rendered].filter(([id]) => own.includes(id))) {
    const found = await server.find(parsePipelineName(id, project));
    if (found === undefined) {
      elsewhere.push(
        `pipeline ${id} does not exist: run \`pulumi up --refresh\` to create it, or remove it from use-cases/${selected.name}`,
      );
      continue;
    }
    const changes = diffSpecs(spec, found.spec, { project });
    if (changes.length === 0) continue;
    const { specs, problems } = checkSpecs([found], { project, plainEnv });
    refuse(problems);
    const [pipeline] = specs;
    if (pipeline === undefined) continue;
    const fields = changes.map(({ path }) => formatPath(["spec", ...path]));
    drifted.push({ pipeline, fields });
    const ownEdits = await editsOf(
      selected,
      { live: pipeline, rendered: spec },
      { additions: stack, made },
    );
    if (ownEdits === undefined) {
      elsewhere.push(
        `the component can no longer create pipeline ${formatRef(pipeline)}, because of ${fields.join(", ")}: revert these fields on the server, or move the pipeline to \`pipelines\` (npm run adopt)`,
      );
    } else edits.push(...ownEdits);
  }
  const { inFile, inStack } = separate(edits, selected, stack.stack);
  return { drifted, edits: inFile, elsewhere: [...elsewhere, ...inStack] };
}

/** The edits for one pipeline; undefined if its part of the definition cannot create it. */
async function editsOf(
  { effective }: SelectedDefinition,
  { live, rendered }: { readonly live: CheckedSpec; readonly rendered: Value },
  options: { readonly additions: StackAdditions; readonly made: ReadonlySet<string> },
): Promise<readonly Edit[] | undefined> {
  const { data, training, deployment, pipelines = {} } = effective;
  const { additions } = options;
  const name = live.name.slice(additions.prefix.length);
  if (name === training?.name && !training.defer) {
    const ownBranch = data?.branch !== undefined || data?.commit !== undefined;
    return await trainedEdits("training", effective, live.spec, { additions, rendered, ownBranch });
  }
  if (name === deployment?.name) {
    const ownBranch = training?.defer === true;
    return await trainedEdits("deployment", effective, live.spec, {
      additions,
      rendered,
      ownBranch,
    });
  }
  for (const [key, definition] of Object.entries(pipelines)) {
    const { pipeline } = definition.spec as unknown as { pipeline: ValueMap };
    if (pipeline.name === name) return furtherEdits(key, definition, live.spec, options);
  }
  return undefined;
}

/**
 * Separates edits of values that the stack's configuration overrides: those must be changed there.
 */
function separate(edits: readonly Edit[], selected: SelectedDefinition, stack: string) {
  const inFile: Edit[] = [];
  const inStack: string[] = [];
  for (const edit of edits) {
    const { path, value } = edit;
    const [written, effective] = [selected.written, selected.effective].map((each) =>
      partAt(each, path),
    );
    if (isDeepStrictEqual(written, effective)) inFile.push(edit);
    else {
      const key = stackKey(formatPath(["useCases", selected.name, ...path]));
      const set =
        typeof value === "object"
          ? ""
          : `: ${setCommand(["useCases", selected.name, ...withoutSpec(path)], { value: String(value) })}`;
      inStack.push(
        `${key} in Pulumi.${stack}.yaml (or a limit under environment) overrides a value that drifted to ${JSON.stringify(value)}: change it there${set}`,
      );
    }
  }
  return { inFile, inStack };
}

/** The configuration has no level `spec`, nor `transform`. */
function withoutSpec(path: PropertyPath): PropertyPath {
  return path.filter((step) => step !== "spec" && step !== "transform");
}
