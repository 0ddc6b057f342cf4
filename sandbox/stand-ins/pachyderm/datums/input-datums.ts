import type { CronInput, Input, PfsInput } from "../pps/spec";
import { refusal } from "../rpc-error";
import { type Datum, type DatumFile, datumOf } from "./datum";
import { compileGlob } from "./glob";

/** The files and folders that an input finds in the branch or commit that it reads. */
export type FindFiles = (input: PfsInput) => readonly DatumFile[];

/** A datum under construction; joins and groups use the key. */
interface Part {
  readonly files: readonly DatumFile[];
  readonly joinKey: string;
  readonly groupKey: string;
}

/** The datums of an input, in the order in which a job processes them. @throws RpcError */
export function datumsOf(input: Input, find: FindFiles): Datum[] {
  const seen = new Set<string>();
  return partsOf(input, find).flatMap(({ files }) => {
    const datum = datumOf(files);
    if (seen.has(datum.id)) return [];
    seen.add(datum.id);
    return [datum];
  });
}

function partsOf(input: Input, find: FindFiles): Part[] {
  const { pfs, cron, cross, union, join, group } = input;
  const within = (inputs: readonly Input[]) => inputs.map((child) => partsOf(child, find));
  if (pfs) return pfsParts(pfs, find);
  if (cron) return pfsParts(tickInput(cron), find);
  if (cross?.length) return product(within(cross));
  if (union?.length) return within(union).flat();
  if (join?.length) return joinParts(join, within(join));
  if (group?.length) return groupParts(within(group));
  throw refusal("unrecognized input type: ");
}

/** Ticks are files of a repo. */
export const tickInput = ({ project, name, repo }: CronInput): PfsInput => ({
  project,
  name,
  repo,
  branch: "master",
  glob: "/*",
});

function pfsParts(pfs: PfsInput, find: FindFiles): Part[] {
  const { joinOn = "", groupBy = "", glob } = pfs;
  const match = compileGlob(glob || "/");
  return find(pfs).flatMap((file) => {
    const captures = match(file.path);
    if (captures === undefined) return [];
    const filled = (text: string) =>
      text.replace(/\$(\d)/g, (_, number: string) => captures[Number(number) - 1] ?? "");
    return [{ files: [file], joinKey: filled(joinOn), groupKey: filled(groupBy) }];
  });
}

/** The Cartesian product of the lists. */
function product(children: readonly (readonly Part[])[]): Part[] {
  return children.reduce<Part[]>(
    (crossed, child) =>
      crossed.flatMap((left) =>
        child.map((right) => ({ ...left, files: [...left.files, ...right.files] })),
      ),
    [{ files: [], joinKey: "", groupKey: "" }],
  );
}

/** The products per key; if an input lacks the key, the products of the outer inputs that have it. */
function joinParts(inputs: readonly Input[], children: readonly (readonly Part[])[]): Part[] {
  const keys = new Set(children.flat().map(({ joinKey }) => joinKey));
  return [...keys].flatMap((key) => {
    const matches = children.map((child) => child.filter(({ joinKey }) => joinKey === key));
    if (matches.every((found) => found.length > 0)) return product(matches);
    const outer = matches.filter(
      (found, index) => found.length > 0 && inputs[index]?.pfs?.outerJoin,
    );
    return outer.length === 0 ? [] : product(outer);
  });
}

/** Everything with the same key is one datum. */
function groupParts(children: readonly (readonly Part[])[]): Part[] {
  const keys = new Set(children.flat().map(({ groupKey }) => groupKey));
  return [...keys].map((groupKey) => ({
    files: children.flat().flatMap((part) => (part.groupKey === groupKey ? part.files : [])),
    joinKey: "",
    groupKey,
  }));
}
