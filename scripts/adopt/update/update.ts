/** Writes drift on the server back into the files of use cases. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../../command-line/repository";
import { errorsOf } from "../../preview/preview-json";
import { runPreview } from "../../preview/run-preview";
import { listOf, refuse } from "../problems";
import { compareRendered, renderUseCase } from "../proof/compare-rendered";
import { judgePreview } from "../proof/judge-preview";
import { formatPlace } from "../read/located";
import { formatRef, Server } from "../server";
import { readStackFacts } from "../stack-facts";
import { allOrNothing } from "../write/changes";
import { format } from "../write/format";
import { constantOf } from "../write/registry";
import { REGISTRY } from "../write/write-use-case";
import { editSource } from "./edit-source";
import { type Drift, findDrift, type UseCaseDrift } from "./find-drift";
import { readSelected } from "./stack-use-cases";
import { unifiedDiff } from "./unified-diff";

export interface UpdateOptions {
  readonly stack: string;
  /** One use case; undefined for all that the stack selects. */
  readonly useCase: string | undefined;
  /** Prints the changes without writing them. */
  readonly dryRun: boolean;
  readonly plainEnv: readonly string[];
  readonly print: (line: string) => void;
}

/** A use case's file, with its current and its updated content. */
interface EditedFile {
  readonly useCase: string;
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly drifted: readonly Drift[];
}

/** @throws Error with all problems; all files are then unchanged */
export async function update(options: UpdateOptions): Promise<void> {
  const { stack, print } = options;
  const { edited, elsewhere } = await readDrift(options);
  const drifted = edited.flatMap((each) => each.drifted);
  if (drifted.length === 0 && elsewhere.length === 0) {
    print(`stack ${stack}: all pipelines match their use cases`);
    return;
  }
  for (const { pipeline, fields } of drifted) {
    print(`pipeline ${formatRef(pipeline)}: ${fields.join(", ")}`);
  }
  const changed = edited.filter(({ before, after }) => before !== after);
  if (options.dryRun) {
    for (const { file, before, after } of changed)
      print(unifiedDiff(file, before, after).trimEnd());
  }
  refuse(elsewhere, "some changes must be made by hand; nothing was written");
  if (options.dryRun) return;
  await allOrNothing(async (changes) => {
    for (const { file, after } of changed) changes.replace(join(repository, file), after);
    await prove(stack, edited);
    for (const { file } of changed) print(`${file}: updated`);
    print("verified: a preview changes none of these pipelines");
    print(`next: pulumi up --refresh --stack ${stack}`);
    return true;
  });
}

async function readDrift({ stack, useCase, plainEnv }: UpdateOptions) {
  const facts = readStackFacts(stack);
  const { wanted, made } = readSelected(stack, useCase);
  const server = new Server(facts);
  const edited: EditedFile[] = [];
  const elsewhere: string[] = [];
  try {
    for (const selected of wanted) {
      const options = { server, stack: facts, made, plainEnv: new Set(plainEnv) };
      const drift = await findDrift(selected, options);
      const { refusals, ...file } = editFile(selected.name, drift);
      edited.push(file);
      elsewhere.push(...drift.elsewhere, ...refusals);
    }
  } finally {
    server.close();
  }
  return { edited, elsewhere };
}

function editFile(useCase: string, { drifted, edits }: UseCaseDrift) {
  const file = `use-cases/${useCase}/index.ts`;
  const { constant, folder } = constantOf(
    readFileSync(join(repository, REGISTRY), "utf8"),
    useCase,
  );
  const actual = folder === undefined ? file : `use-cases/${folder}/index.ts`;
  const before = readFileSync(join(repository, actual), "utf8");
  const { source, refusals } = editSource(before, constant, edits);
  return {
    useCase,
    file: actual,
    before,
    after: source === before ? before : format(actual, source),
    drifted,
    refusals: refusals.map(
      ({ offset, reason }) => `${formatPlace(actual, source, offset)}: ${reason}`,
    ),
  };
}

/**
 * Verifies that the program renders the running pipelines, and that the engine plans no change of
 * them.
 */
async function prove(stack: string, edited: readonly EditedFile[]): Promise<void> {
  const { project } = readStackFacts(stack);
  const concerned = edited.filter(({ drifted }) => drifted.length > 0);
  for (const { useCase, drifted } of concerned) {
    const rendered = await renderUseCase(useCase, project, { stack });
    const problems = compareRendered(
      rendered,
      drifted.map(({ pipeline }) => pipeline),
      project,
    );
    refuse(
      problems,
      "the use case still differs from the running pipelines; all files are unchanged",
    );
  }
  const { preview, failed } = await runPreview(stack, { refreshFirst: true });
  if (failed) {
    throw new Error(listOf("the preview failed; all files are unchanged", errorsOf(preview)));
  }
  const restarts = concerned.flatMap(({ useCase }) => judgePreview(preview, useCase).restarts);
  refuse(restarts.map((name) => `a preview changes ${name}; all files are unchanged`));
}
