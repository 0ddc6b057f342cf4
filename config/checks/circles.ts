import type { NamedUseCases } from "../../use-cases/definition";
import {
  findCircle,
  findReaders,
  type Reader,
  readsOfOthers,
  type Source,
} from "../../use-cases/sources";
import { type Problem, setCommand } from "../messages";
import { projectOf } from "../named-use-cases";
import type { Values } from "../schema";

/** Use cases or pipelines that read each other in a cycle: none of them could be created first. */
export function checkCircles(
  named: NamedUseCases,
  { namePrefix: prefix = "", pachyderm }: Partial<Values>,
): Problem[] {
  const readers = findReaders(named, { prefix, project: projectOf({ pachyderm }) });
  return Object.keys(named).flatMap((useCase) => {
    const problem = ownCircle(useCase, readers, named) ?? circleOfOthers(useCase, readers, named);
    return problem === undefined ? [] : [problem];
  });
}

const title = ({ part, key }: Pick<Source, "part" | "key">) =>
  key === undefined ? part : `${part}.${key}`;

/** Pipelines of one use case that read each other. */
function ownCircle(
  useCase: string,
  readers: readonly Reader[],
  named: NamedUseCases,
): Problem | undefined {
  const own = new Map(
    readers
      .filter((reader) => reader.useCase === useCase)
      .map((reader) => [
        title(reader),
        reader.reads.filter((source) => source.useCase === useCase).map(title),
      ]),
  );
  for (const start of own.keys()) {
    const circle = findCircle((part) => own.get(part) ?? [], start);
    if (circle === undefined) continue;
    const repo = named[useCase]?.data?.repo;
    const path = ["useCases", useCase, "data", "repo"];
    const isData = start === "training";
    if (isData && circle.every((part) => ["training", "deployment"].includes(part)))
      return {
        path,
        text: `is "${repo}", the output of a pipeline of this use case; a use case cannot train on its own output: ${setCommand(path)}`,
      };
    const text = `pipelines cannot read each other in a cycle: ${[...circle, start].join(" reads ")}`;
    return isData
      ? { path, text: `is "${repo}", but ${text}: ${setCommand(path)}` }
      : { path: ["useCases", useCase], text: `cannot be created: ${text}` };
  }
  return undefined;
}

/** Use cases that read each other. */
function circleOfOthers(
  useCase: string,
  readers: readonly Reader[],
  named: NamedUseCases,
): Problem | undefined {
  const next = (one: string) => [
    ...new Set(readsOfOthers(one, readers).map((source) => source.useCase)),
  ];
  const circle = findCircle(next, useCase);
  if (circle === undefined) return undefined;
  const text = `use cases cannot read each other in a cycle: ${[...circle, useCase].join(" reads ")}`;
  const reader = readers.find(
    (one) => one.useCase === useCase && one.reads.some((source) => source.useCase === circle[1]),
  );
  if (reader?.part === "training") {
    const path = ["useCases", useCase, "data", "repo"];
    const { repo } = named[useCase]?.data ?? {};
    return { path, text: `is "${repo}", but ${text}: ${setCommand(path)}` };
  }
  const repo = reader?.reads.find((source) => source.useCase === circle[1])?.repo;
  const part = reader === undefined ? "" : `${title(reader)} reads "${repo}", but `;
  return { path: ["useCases", useCase], text: `cannot be created: ${part}${text}` };
}
