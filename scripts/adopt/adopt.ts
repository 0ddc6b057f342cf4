/** Turns existing pipelines into a use case, and verifies that adopting it does not change them. */
import { showOnTerminal } from "../../command-line/progress";
import { errorsOf } from "../preview/preview-json";
import { runPreview } from "../preview/run-preview";
import { describe } from "./describe";
import { type Adoption, type AdoptOptions, prepareAdoption } from "./prepare-adoption";
import { listOf } from "./problems";
import { compareRendered, renderUseCase } from "./proof/compare-rendered";
import { type Judgement, judgePreview } from "./proof/judge-preview";
import { allOrNothing } from "./write/changes";
import { refuseTaken, selectInStack, writeUseCase } from "./write/write-use-case";

/** @throws Error with all problems; all files are then unchanged */
export async function adopt(options: AdoptOptions): Promise<void> {
  const adoption = await prepareAdoption(options);
  const { useCase, specs, built, stack, running } = adoption;
  refuseTaken(useCase);
  await allOrNothing(async (changes) => {
    const names = specs.map(({ name }) => name).join(", ");
    const doc = `Adopted from pipelines that existed before: ${names}.`;
    writeUseCase({ useCase, doc, definition: built.definition }, changes);
    if (stack !== undefined) selectInStack(stack.stack, useCase, running.size > 0, changes);
    await showOnTerminal("comparing what the program renders", () => proveRendered(adoption));
    const judgement = await provePreview(adoption);
    for (const line of describe(adoption, judgement)) options.print(line);
    return true;
  });
}

/** Verifies that the program renders the use case to exactly the pipelines that were read. */
async function proveRendered({ useCase, specs, built, additions, stack }: Adoption): Promise<void> {
  const rendered = await renderUseCase(useCase, additions.project, {
    stack: stack?.stack,
    bucket: built.detectBucketUri?.replace(/^\w+:\/\//, ""),
  });
  const problems = compareRendered(rendered, specs, additions.project);
  if (problems.length === 0) return;
  throw new Error(
    listOf("the use case does not reproduce the pipelines; all files are unchanged", problems),
  );
}

/** Verifies that the engine plans no change of running pipelines. Undefined if none is running. */
async function provePreview(adoption: Adoption): Promise<Judgement | undefined> {
  if (adoption.stack === undefined || adoption.running.size === 0) return undefined;
  const { preview, failed } = await runPreview(adoption.stack.stack);
  const judgement = judgePreview(preview, adoption.useCase);
  const problems = failed ? errorsOf(preview) : differencesIn(judgement, adoption);
  if (!failed && problems.length === 0) return judgement;
  const heading = failed ? "the preview failed" : "the preview changes running pipelines";
  throw new Error(listOf(`${heading}; all files are unchanged`, problems));
}

function differencesIn(
  { changes, restarts, differences, importedPipelines }: Judgement,
  { running }: Adoption,
): string[] {
  const missing = running.size - importedPipelines.length;
  return [
    ...differences.map((difference) => `the next update would change ${difference}`),
    ...changes.map((name) => `${name} ${restarts.includes(name) ? "restarts" : "changes"}`),
    ...(missing > 0 ? [`${missing} of ${running.size} running pipelines are not imported`] : []),
  ];
}
