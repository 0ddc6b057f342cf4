import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../../command-line/repository";
import { stackFileName } from "../../../config/stack-file";
import type { Changes } from "./changes";
import { format } from "./format";
import { isTaken, register, registeredNames } from "./registry";
import { selectUseCase } from "./stack-selection";
import { constantName, useCaseSource } from "./typescript";

export interface NewUseCase {
  readonly useCase: string;
  /** A description for its doc comment. */
  readonly doc: string;
  readonly definition: unknown;
}

/** Refuses a name that is already in use. */
export function refuseTaken(useCase: string, root = repository): void {
  const folder = `use-cases/${useCase}`;
  const isRegistered = registeredNames(readFileSync(join(root, REGISTRY), "utf8")).includes(
    useCase,
  );
  if (isRegistered) {
    throw new Error(
      `use case ${useCase} already exists: choose another --name, or write its drift back with --update`,
    );
  }
  if (existsSync(join(root, folder))) {
    throw new Error(
      `${folder} already exists, but is not in ${REGISTRY}: choose another --name, or remove the folder`,
    );
  }
  if (useCase === "index" || existsSync(join(root, `${folder}.ts`))) {
    throw new Error(`${folder}.ts is a file of the program: choose another --name`);
  }
}

export const REGISTRY = "use-cases/index.ts";

/** Writes the folder of a use case, and adds it to the registry. */
export function writeUseCase(
  { useCase, doc, definition }: NewUseCase,
  changes: Changes,
  root = repository,
): void {
  const registryFile = join(root, REGISTRY);
  const registry = readFileSync(registryFile, "utf8");
  const plain = constantName(useCase);
  const constant = isTaken(registry, plain) ? `${plain}UseCase` : plain;
  const source = format(
    `use-cases/${useCase}/index.ts`,
    useCaseSource(constant, doc, definition),
    root,
  );
  changes.createFolder(join(root, "use-cases", useCase), { "index.ts": source });
  changes.replace(registryFile, format(REGISTRY, register(registry, useCase, constant), root));
}

/** Selects a use case in the file of a stack. */
export function selectInStack(
  stack: string,
  useCase: string,
  adopt: boolean,
  changes: Changes,
): void {
  const file = join(repository, stackFileName(stack));
  changes.replace(file, selectUseCase(readFileSync(file, "utf8"), useCase, { adopt }));
}
