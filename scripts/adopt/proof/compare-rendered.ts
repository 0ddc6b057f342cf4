import { join } from "node:path";
import { run } from "../../../command-line/processes/run";
import { repository } from "../../../command-line/repository";
import { formatPath } from "../../../providers/kit/property-path";
import type { Value } from "../../../providers/kit/values";
import { diffSpecs } from "../../../providers/pachyderm/client";
import { nameOf } from "../check/check-specs";
import { formatRef, type PipelineRef } from "../server";

export interface RenderOptions {
  /** The stack that selects the use case; undefined for any stack. */
  readonly stack?: string | undefined;
  /** The detectors' bucket of any stack. */
  readonly bucket?: string | undefined;
}

/** The specs that the program renders for a use case, by `PROJECT/NAME`. */
export async function renderUseCase(
  useCase: string,
  project: string,
  { stack = "", bucket }: RenderOptions,
): Promise<ReadonlyMap<string, Value>> {
  const script = join(repository, "scripts/adopt/proof/render-use-case.ts");
  const args = [
    "--require",
    "tsx/cjs",
    script,
    useCase,
    stack,
    project,
    ...(bucket ? [bucket] : []),
  ];
  const { code, stdout, stderr } = await run(process.execPath, args, {
    cwd: repository,
    allowFailure: true,
  });
  if (code !== 0) throw new Error(`the program cannot render the use case: ${stderr.trim()}`);
  const specs = JSON.parse(stdout) as Value[];
  return new Map(
    specs.map((spec) => {
      const { project: own, name } = nameOf(spec, { project });
      return [formatRef({ project: own, name }), spec];
    }),
  );
}

/** The differences of rendered pipelines from the expected ones, one line each. */
export function compareRendered(
  rendered: ReadonlyMap<string, Value>,
  expected: readonly (PipelineRef & { readonly spec: Value })[],
  project: string,
): string[] {
  return expected.flatMap(({ spec, ...ref }) => {
    const id = formatRef(ref);
    const made = rendered.get(id);
    if (made === undefined) return [`pipeline ${id}: the program does not create it`];
    const fields = diffSpecs(spec, made, { project });
    return fields.length === 0
      ? []
      : [`pipeline ${id} differs: ${fields.map(({ path }) => formatPath(path)).join(", ")}`];
  });
}
