/**
 * The datums that an input can have according to its spec. A datum's id is a hash of the name, repo,
 * branch and path of its files' inputs, in order, but not of their project, commit, or how files are
 * read.
 */

import { containsUnknown, isMap, type Value, type ValueMap } from "../../kit/values";
import { DEFAULT_BRANCH } from "../spec/defaults";

/** Datums of the same form: one file of each leaf, in order. */
interface DatumKind {
  readonly leaves: readonly Leaf[];
  /** For a group or outer join: any selection of the leaves' files. */
  readonly loose: boolean;
}

interface Leaf {
  /** The part of the id other than the path. */
  readonly key: string | undefined;
  /** Everything that determines the datums and their contents. */
  readonly meaning: string | undefined;
}

/** More kinds than this are not compared one by one. */
const MOST_KINDS = 500;

/** How the datums of two inputs, in canonical form, are related. */
export type DatumRelation = "same" | "overlapping" | "disjoint";

export function relateDatums(before: Value, after: Value): DatumRelation {
  const [old, next] = [kindsOf(before), kindsOf(after)];
  if (old === undefined || next === undefined) return "overlapping";
  const [oldText, text] = [signature(old), signature(next)];
  if (oldText !== undefined && oldText === text) return "same";
  const overlap = old.some((one) => next.some((other) => mayShareIds(one, other)));
  return overlap ? "overlapping" : "disjoint";
}

function signature(kinds: readonly DatumKind[]): string | undefined {
  if (kinds.some(({ leaves }) => leaves.some(({ meaning }) => meaning === undefined)))
    return undefined;
  const texts = kinds.map(({ leaves, loose }) =>
    JSON.stringify([loose, leaves.map((leaf) => leaf.meaning)]),
  );
  return JSON.stringify(texts.sort());
}

function mayShareIds(one: DatumKind, other: DatumKind): boolean {
  if (one.loose || other.loose) {
    return one.leaves.some(({ key }) => other.leaves.some((leaf) => isSame(leaf.key, key)));
  }
  return (
    one.leaves.length === other.leaves.length &&
    one.leaves.every(({ key }, index) => isSame(other.leaves[index]?.key, key))
  );
}

function isSame(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a === b;
}

/** The kinds of an input's datums; undefined if there are too many. */
function kindsOf(input: Value): readonly DatumKind[] | undefined {
  let position = 0;
  const visit = (part: Value): readonly DatumKind[] | undefined => {
    if (!isMap(part)) return [];
    const [kind, value] = Object.entries(part)[0] ?? [];
    if (kind === "pfs" && isMap(value))
      return [{ leaves: [pfsLeaf(value, position++)], loose: false }];
    if (kind === "cron" && isMap(value)) return [{ leaves: [cronLeaf(value)], loose: false }];
    if (!Array.isArray(value)) return [];
    const members: (readonly DatumKind[])[] = [];
    for (const member of value) {
      const kinds = visit(member);
      if (kinds === undefined) return undefined;
      members.push(kinds);
    }
    if (kind === "union") return bounded(members.flat());
    if (kind === "cross") return product(members);
    const loose = kind === "group" || value.some(isOuter);
    if (!loose) return product(members);
    return [{ leaves: members.flat().flatMap(({ leaves }) => leaves), loose }];
  };
  return visit(input);
}

function product(members: readonly (readonly DatumKind[])[]): readonly DatumKind[] | undefined {
  let kinds: readonly DatumKind[] = [{ leaves: [], loose: false }];
  for (const member of members) {
    if (kinds.length * member.length > MOST_KINDS) return undefined;
    kinds = kinds.flatMap((left) =>
      member.map((right) => ({
        leaves: [...left.leaves, ...right.leaves],
        loose: left.loose || right.loose,
      })),
    );
  }
  return members.length === 0 ? [] : kinds;
}

function bounded(kinds: readonly DatumKind[]): readonly DatumKind[] | undefined {
  return kinds.length > MOST_KINDS ? undefined : kinds;
}

function isOuter(member: Value): boolean {
  return isMap(member) && isMap(member.pfs) && member.pfs.outerJoin === true;
}

function pfsLeaf(pfs: ValueMap, position: number): Leaf {
  const made = pfs.branch === undefined && isMap(pfs.trigger);
  const id = {
    name: pfs.name ?? null,
    repo: pfs.repo ?? null,
    branch: made ? { made: true } : (pfs.branch ?? DEFAULT_BRANCH),
    // everything as one datum, with a path that no other glob produces
    whole: pfs.glob === undefined || pfs.glob === "/",
    reference: pfs.reference === true,
  };
  const meaning = {
    ...id,
    project: pfs.project ?? null,
    repoType: pfs.repoType ?? null,
    glob: pfs.glob ?? "/",
    joinOn: pfs.joinOn ?? "",
    outerJoin: pfs.outerJoin === true,
    groupBy: pfs.groupBy ?? "",
    // Pachyderm names the branch of a trigger by the input's position
    ...(made && { position }),
  };
  return { key: text(id), meaning: text(meaning) };
}

function cronLeaf(cron: ValueMap): Leaf {
  const id = { cron: cron.name ?? null, repo: cron.repo ?? null, project: cron.project ?? null };
  return { key: text(id), meaning: text({ ...id, start: cron.start ?? null }) };
}

/**
 * A string that is equal only for equal values; undefined, which equals nothing, for unknown
 * values.
 */
function text(value: ValueMap): string | undefined {
  return containsUnknown(value) ? undefined : JSON.stringify(value);
}
