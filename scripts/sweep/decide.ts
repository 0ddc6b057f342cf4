/**
 * Decides what stacks have left behind: everything with the mark of a stack that no longer exists,
 * and pipelines and branches, which have no marks, if they are related to a marked object.
 */
import { nameInMark } from "../../program/stack-mark";
import { containerOf, keyOf, nameOf, repoOf, type Thing } from "./things";

/** The stacks of the backend. */
export interface Backend {
  /** The end of the marks of this project's stacks in this backend, see `homeInMark`. */
  readonly home: string;
  /** The names of this project's stacks. */
  readonly stacks: readonly string[];
  /** The owners: stacks by the keys of objects. */
  readonly owners: ReadonlyMap<string, string>;
}

/** An object that a stack left behind. */
export interface LeftBehind extends Thing {
  /** The stack that created it, as named in the mark. */
  readonly stack: string;
}

/** An object that is not deleted although it looks left behind. */
export interface LeftAlone extends Thing {
  readonly reason: string;
}

export interface Decision {
  readonly leftBehind: readonly LeftBehind[];
  readonly leftAlone: readonly LeftAlone[];
}

/**
 * The prefixes of environments of pull requests. Objects with them are listed even without any
 * marks.
 */
const PULL_REQUEST = /^pr-\d+-/;

/** Decides about all objects in the systems. */
export function decide(things: readonly Thing[], backend: Backend): Decision {
  const marked = markedLeftBehind(things, backend);
  const prefixes = prefixesOf(marked);
  const related = new Map<string, LeftBehind>();
  const candidates = things.filter(
    (thing) => thing.marks?.stack === undefined && !backend.owners.has(keyOf(thing)),
  );
  addPipelines(candidates, { marked, related, prefixes });
  addBranches(candidates, { marked, related, prefixes });
  addDeployments(candidates, { marked, related });
  const found = new Map([...marked, ...related]);
  const before = new Set(found.keys());
  const leftAlone = keepUsed(found, things, backend);
  const others = candidates.filter((thing) => !before.has(keyOf(thing)));
  return {
    leftBehind: [...found.values()],
    leftAlone: [
      ...leftAlone,
      ...unmarked(others, found, [...prefixes.values()], prefixesInUse(things, found, backend)),
    ],
  };
}

interface Found {
  readonly marked: ReadonlyMap<string, LeftBehind>;
  readonly related: Map<string, LeftBehind>;
}

interface WithPrefixes extends Found {
  /** The prefix of each deleted stack that has one. */
  readonly prefixes: ReadonlyMap<string, string>;
}

/** The objects with the mark of a deleted stack. */
function markedLeftBehind(things: readonly Thing[], backend: Backend): Map<string, LeftBehind> {
  const live = new Set(backend.stacks.map(nameInMark));
  const end = `-${backend.home}`;
  const leftBehind = things.flatMap((thing): [string, LeftBehind][] => {
    const mark = thing.marks?.stack;
    if (mark === undefined || !mark.endsWith(end)) return [];
    const stack = mark.slice(0, -end.length);
    if (live.has(stack)) return [];
    return [[keyOf(thing), { ...thing, stack }]];
  });
  return new Map(leftBehind);
}

function prefixesOf(marked: ReadonlyMap<string, LeftBehind>): Map<string, string> {
  const all = [...marked.values()].flatMap(({ stack, marks }): [string, string][] =>
    marks?.prefix ? [[stack, marks.prefix]] : [],
  );
  return new Map(all);
}

/** Adds pipelines with the stack's prefix that use its Secret or read what it created. */
function addPipelines(candidates: readonly Thing[], found: WithPrefixes): void {
  const pipelines = candidates.filter(({ kind }) => kind === "pipeline");
  for (let before = -1; before !== found.related.size; ) {
    before = found.related.size;
    for (const pipeline of pipelines) {
      if (found.related.has(keyOf(pipeline))) continue;
      const stack = makersOf(pipeline, found).find((maker) => hasPrefix(pipeline, maker, found));
      if (stack !== undefined) found.related.set(keyOf(pipeline), { ...pipeline, stack });
    }
  }
}

/** The deleted stacks whose objects a pipeline uses. */
function makersOf({ secrets = [], reads = [] }: Thing, { marked, related }: Found): string[] {
  const used = [
    ...secrets.map((id) => keyOf({ kind: "secret", id })),
    ...reads.map((branch) => keyOf({ kind: "repo", id: repoOf(branch) })),
    ...reads.map((branch) => keyOf({ kind: "pipeline", id: repoOf(branch) })),
  ];
  return used.flatMap((key) => (marked.get(key) ?? related.get(key))?.stack ?? []);
}

/** Adds branches with the stack's prefix that one of its pipelines reads. */
function addBranches(candidates: readonly Thing[], found: WithPrefixes): void {
  const pipelines = [...found.related.values()];
  for (const branch of candidates.filter(({ kind }) => kind === "branch")) {
    const reader = pipelines.find(
      ({ reads = [], stack }) => reads.includes(branch.id) && hasPrefix(branch, stack, found),
    );
    // the branches of a repo are deleted with it
    if (reader === undefined || found.marked.has(containerOf(branch) ?? "")) continue;
    found.related.set(keyOf(branch), { ...branch, stack: reader.stack });
  }
}

/** Adds deployments in a namespace of the stack, which deploy.py created there. */
function addDeployments(candidates: readonly Thing[], { marked, related }: Found): void {
  for (const deployment of candidates.filter(({ kind }) => kind === "deployment")) {
    const namespace = marked.get(containerOf(deployment) ?? "");
    if (namespace === undefined) continue;
    related.set(keyOf(deployment), { ...deployment, stack: namespace.stack });
  }
}

function hasPrefix(thing: Thing, stack: string, { prefixes }: WithPrefixes): boolean {
  const prefix = prefixes.get(stack);
  return prefix !== undefined && nameOf(thing).startsWith(prefix);
}

/**
 * Keeps objects that a live stack owns or that are used elsewhere, until no kept object uses a
 * deleted one.
 */
function keepUsed(
  found: Map<string, LeftBehind>,
  things: readonly Thing[],
  { owners }: Backend,
): LeftAlone[] {
  const leftAlone: LeftAlone[] = [];
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    const users = usersThatStay(things, found);
    for (const [key, { stack: _, ...thing }] of [...found]) {
      const owner = owners.get(key);
      const user = users.get(key);
      if (owner === undefined && user === undefined) continue;
      found.delete(key);
      const reason =
        owner === undefined ? `used by ${user}, which is kept` : `owned or used by stack ${owner}`;
      leftAlone.push({ ...thing, reason });
    }
  }
  return leftAlone;
}

/** Kept objects that use or are inside other objects, by the key of the used object. */
function usersThatStay(
  things: readonly Thing[],
  found: ReadonlyMap<string, LeftBehind>,
): Map<string, string> {
  const users = new Map<string, string>();
  for (const thing of things) {
    if (found.has(keyOf(thing))) continue;
    const { secrets = [], reads = [] } = thing;
    for (const id of secrets) users.set(keyOf({ kind: "secret", id }), keyOf(thing));
    for (const branch of reads) {
      users.set(keyOf({ kind: "branch", id: branch }), keyOf(thing));
      users.set(keyOf({ kind: "repo", id: repoOf(branch) }), keyOf(thing));
      users.set(keyOf({ kind: "pipeline", id: repoOf(branch) }), keyOf(thing));
    }
    const container = containerOf(thing);
    // an unmarked object or branch is deleted with its container
    const isSomebodys = thing.kind === "deployment" || thing.marks?.stack !== undefined;
    if (isSomebodys && container) users.set(container, keyOf(thing));
  }
  return users;
}

/**
 * Objects with the prefix of a deleted stack, but without a mark: they may belong to someone else.
 */
function unmarked(
  candidates: readonly Thing[],
  found: ReadonlyMap<string, LeftBehind>,
  gone: readonly string[],
  inUse: ReadonlySet<string>,
): LeftAlone[] {
  return candidates.flatMap((thing) => {
    // the contents of a deleted object are deleted with it
    if (found.has(containerOf(thing) ?? "")) return [];
    const name = nameOf(thing);
    const prefixes = [...gone, ...pullRequestPrefixIn(name).filter((prefix) => !inUse.has(prefix))];
    if (!prefixes.some((prefix) => name.startsWith(prefix))) return [];
    return [{ ...thing, reason: "has no mark, and may belong to someone else" }];
  });
}

/** The prefixes of objects that live stacks own, and of marked objects that are kept. */
function prefixesInUse(
  things: readonly Thing[],
  found: ReadonlyMap<string, LeftBehind>,
  { owners }: Backend,
): Set<string> {
  const stays = things.filter((thing) => !found.has(keyOf(thing)));
  return new Set([
    ...[...owners.keys()].flatMap((key) => pullRequestPrefixIn(nameInKey(key))),
    ...stays.flatMap(({ marks }) => marks?.prefix ?? []),
  ]);
}

const pullRequestPrefixIn = (name: string) => PULL_REQUEST.exec(name) ?? [];
const nameInKey = (key: string) => key.split(/[ /@]/).at(-1) ?? "";
