/**
 * Decides what stacks have left behind. Only what carries the mark of a stack that is gone counts,
 * with pipelines and branches, which carry no marks, by their relation to something marked.
 */
import { nameInMark } from "../../program/stack-mark";
import { containerOf, keyOf, nameOf, repoOf, type Thing } from "./things";

/** What is known of the stacks of the backend. */
export interface Backend {
  /** The end of the marks of this project's stacks in this backend, see `homeInMark`. */
  readonly home: string;
  /** The names of this project's stacks. */
  readonly stacks: readonly string[];
  /** Who owns what: stacks by the keys of things. */
  readonly owners: ReadonlyMap<string, string>;
}

/** A thing that a stack left behind. */
export interface LeftBehind extends Thing {
  /** The stack that it was made by, as the mark names it. */
  readonly stack: string;
}

/** A thing that is not deleted although it looks left behind. */
export interface LeftAlone extends Thing {
  readonly reason: string;
}

export interface Decision {
  readonly leftBehind: readonly LeftBehind[];
  readonly leftAlone: readonly LeftAlone[];
}

/** The prefixes of environments of pull requests, which are listed even if nothing is marked. */
const PULL_REQUEST = /^pr-\d+-/;

/** Decides about all things of the systems. */
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
  /** The prefix of each gone stack that has one. */
  readonly prefixes: ReadonlyMap<string, string>;
}

/** What carries the mark of a stack that is gone, and that no other stack owns. */
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

/** Pipelines with the stack's prefix that use its Secret or read what it made. */
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

/** The gone stacks whose things a pipeline uses. */
function makersOf({ secrets = [], reads = [] }: Thing, { marked, related }: Found): string[] {
  const used = [
    ...secrets.map((id) => keyOf({ kind: "secret", id })),
    ...reads.map((branch) => keyOf({ kind: "repo", id: repoOf(branch) })),
    ...reads.map((branch) => keyOf({ kind: "pipeline", id: repoOf(branch) })),
  ];
  return used.flatMap((key) => (marked.get(key) ?? related.get(key))?.stack ?? []);
}

/** Branches with the stack's prefix that one of its pipelines reads. */
function addBranches(candidates: readonly Thing[], found: WithPrefixes): void {
  const pipelines = [...found.related.values()];
  for (const branch of candidates.filter(({ kind }) => kind === "branch")) {
    const reader = pipelines.find(
      ({ reads = [], stack }) => reads.includes(branch.id) && hasPrefix(branch, stack, found),
    );
    // the branches of a repo go with it
    if (reader === undefined || found.marked.has(containerOf(branch) ?? "")) continue;
    found.related.set(keyOf(branch), { ...branch, stack: reader.stack });
  }
}

/** Deployments in a namespace of the stack, which deploy.py made there. */
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

/** Takes out what a live stack owns or somebody else uses, until nothing that stays uses what goes. */
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
        owner === undefined ? `${user} uses it, which stays` : `stack ${owner} owns or uses it`;
      leftAlone.push({ ...thing, reason });
    }
  }
  return leftAlone;
}

/** What is used by pipelines, or contains deployments, that stay: those, by the key of the used thing. */
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
    // an unmarked object or branch goes with what it is in
    const isSomebodys = thing.kind === "deployment" || thing.marks?.stack !== undefined;
    if (isSomebodys && container) users.set(container, keyOf(thing));
  }
  return users;
}

/** What has the prefix of a stack that is gone, and no mark: it may be somebody else's. */
function unmarked(
  candidates: readonly Thing[],
  found: ReadonlyMap<string, LeftBehind>,
  gone: readonly string[],
  inUse: ReadonlySet<string>,
): LeftAlone[] {
  return candidates.flatMap((thing) => {
    // what is in something that goes, goes with it
    if (found.has(containerOf(thing) ?? "")) return [];
    const name = nameOf(thing);
    const prefixes = [...gone, ...pullRequestIn(name).filter((prefix) => !inUse.has(prefix))];
    if (!prefixes.some((prefix) => name.startsWith(prefix))) return [];
    return [{ ...thing, reason: "unmarked: it may be somebody else's" }];
  });
}

/** The prefixes of what live stacks own, and of what is marked and stays. */
function prefixesInUse(
  things: readonly Thing[],
  found: ReadonlyMap<string, LeftBehind>,
  { owners }: Backend,
): Set<string> {
  const stays = things.filter((thing) => !found.has(keyOf(thing)));
  return new Set([
    ...[...owners.keys()].flatMap((key) => pullRequestIn(nameInKey(key))),
    ...stays.flatMap(({ marks }) => marks?.prefix ?? []),
  ]);
}

const pullRequestIn = (name: string) => PULL_REQUEST.exec(name) ?? [];
const nameInKey = (key: string) => key.split(/[ /@]/).at(-1) ?? "";
