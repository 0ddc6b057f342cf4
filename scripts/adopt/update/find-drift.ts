/** What differs between a use case and the pipelines that run. */

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

/** A pipeline that runs with another spec than the program would make. */
export interface Drift {
  readonly pipeline: CheckedSpec;
  /** The fields that differ. */
  readonly fields: readonly string[];
}

export interface UseCaseDrift {
  readonly drifted: readonly Drift[];
  /** The edits of the use case's file. */
  readonly edits: readonly Edit[];
  /** What has to change in another place; one line each. */
  readonly elsewhere: readonly string[];
}

export interface DriftOptions {
  readonly server: Server;
  readonly stack: StackFacts;
  readonly made: ReadonlySet<string>;
  readonly plainEnv: ReadonlySet<string>;
}

/** Compares each pipeline of a use case with what runs. */
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
  // the program makes all that the stack selects
  const own = pipelineNames(selected.effective).map((name) =>
    formatRef({ project, name: stack.prefix + name }),
  );
  for (const [id, spec] of [...rendered].filter(([id]) => own.includes(id))) {
    const found = await server.find(parsePipelineName(id, project));
    if (found === undefined) {
      elsewhere.push(
        `pipeline ${id} does not run: \`pulumi up --refresh\` creates it, or remove it from use-cases/${selected.name}`,
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
        `pipeline ${formatRef(pipeline)} can no longer be made by the component, because of ${fields.join(", ")}: change them back on the server, or move it to \`pipelines\` (npm run adopt)`,
      );
    } else edits.push(...ownEdits);
  }
  const { inFile, inStack } = separate(edits, selected, stack.stack);
  return { drifted, edits: inFile, elsewhere: [...elsewhere, ...inStack] };
}

/** The edits for one pipeline; undefined if its part of the definition cannot make it. */
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

/** What the stack's configuration overrides is changed there. */
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
        `${key} of Pulumi.${stack}.yaml (or its environment's limits) overrides a value that drifted to ${JSON.stringify(value)}: change it there${set}`,
      );
    }
  }
  return { inFile, inStack };
}

/** The configuration has no level `spec`, nor `transform`. */
function withoutSpec(path: PropertyPath): PropertyPath {
  return path.filter((step) => step !== "spec" && step !== "transform");
}
