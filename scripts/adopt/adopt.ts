/** Makes a use case of pipelines that exist, and proves that nothing of them changes. */
import { showOnTerminal } from "../../command-line/progress";
import { errorsOf } from "../preview/preview-json";
import { runPreview } from "../preview/run-preview";
import { describe } from "./describe";
import { type AdoptOptions, makePlan, type Plan } from "./plan";
import { listOf } from "./problems";
import { compareRendered, renderUseCase } from "./proof/compare-rendered";
import { type Judgement, judgePreview } from "./proof/judge-preview";
import { allOrNothing } from "./write/changes";
import { refuseTaken, selectInStack, writeUseCase } from "./write/write-use-case";

/** Throws what is wrong; all files are then as they were. */
export async function adopt(options: AdoptOptions): Promise<void> {
  const plan = await makePlan(options);
  const { useCase, specs, built, stack, running } = plan;
  refuseTaken(useCase);
  await allOrNothing(async (changes) => {
    const names = specs.map(({ name }) => name).join(", ");
    const doc = `Adopted from pipelines that existed before: ${names}.`;
    writeUseCase({ useCase, doc, definition: built.definition }, changes);
    if (stack !== undefined) selectInStack(stack.stack, useCase, running.size > 0, changes);
    await showOnTerminal("comparing what the program renders", () => proveRendered(plan));
    const judgement = await provePreview(plan);
    for (const line of describe(plan, judgement)) options.print(line);
    return true;
  });
}

/** The pipelines that the program makes of the use case are those that were read. */
async function proveRendered({ useCase, specs, built, platform, stack }: Plan): Promise<void> {
  const rendered = await renderUseCase(useCase, platform.project, {
    stack: stack?.stack,
    bucket: built.detectBucketUri?.replace(/^\w+:\/\//, ""),
  });
  const problems = compareRendered(rendered, specs, platform.project);
  if (problems.length === 0) return;
  throw new Error(
    listOf("the use case does not reproduce the pipelines; all files are unchanged", problems),
  );
}

/** The engine plans no change of what runs. Undefined if nothing runs. */
async function provePreview(plan: Plan): Promise<Judgement | undefined> {
  if (plan.stack === undefined || plan.running.size === 0) return undefined;
  const { preview, failed } = await runPreview(plan.stack.stack);
  const judgement = judgePreview(preview, plan.useCase);
  const problems = failed ? errorsOf(preview) : differencesIn(judgement, plan);
  if (!failed && problems.length === 0) return judgement;
  const heading = failed ? "the preview failed" : "the preview changes what runs";
  throw new Error(listOf(`${heading}; all files are unchanged`, problems));
}

function differencesIn(
  { changes, restarts, differences, importedPipelines }: Judgement,
  { running }: Plan,
): string[] {
  const missing = running.size - importedPipelines.length;
  return [
    ...differences.map((difference) => `the next update would change ${difference}`),
    ...changes.map((name) => `${name} ${restarts.includes(name) ? "restarts" : "changes"}`),
    ...(missing > 0 ? [`${missing} of ${running.size} running pipelines are not imported`] : []),
  ];
}
