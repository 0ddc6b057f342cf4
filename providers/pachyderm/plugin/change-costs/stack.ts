import { checkArguments, text } from "../../../kit/arguments";
import type { CheckFailure } from "../../../kit/handler";
import { isMap, type Value, type ValueMap } from "../../../kit/values";
import { type Budget, budgetProblems, parseTimeLimit } from "../../change-costs/budget";
import type { ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";

/** A pipeline of the stack, as the program describes it. */
export interface Member extends ObjectRef {
  /** A text for messages that says what else happens when it processes data. */
  readonly effect?: string;
  readonly refuseWhileRunning?: string;
  readonly runningWay?: string;
}

/** A pipeline or repo of the stack that the program no longer creates. */
export interface Deletion extends ObjectRef {
  readonly kind: "pipeline" | "repo";
  readonly urn: string | null;
  readonly keepRepo: boolean;
}

/** What only the program knows about the stack. */
export interface StackDescription {
  /** By `project/name`. */
  readonly members: ReadonlyMap<string, Member>;
  readonly deletes: readonly Deletion[];
  /** The ids on the server of the state's resources, as `project/name`, by URN. */
  readonly resources: ReadonlyMap<string, string>;
  /** The repos that are kept when their resources are deleted, by `project/name`. */
  readonly kept: ReadonlySet<string>;
  readonly budget: Budget;
  /**
   * How to allow a change that exceeds a limit, by the limit's key; VALUE is replaced by a
   * sufficient limit.
   */
  readonly ways: Readonly<Record<string, string>>;
}

const ARGUMENTS = {
  members: "list",
  deletes: "list",
  resources: "list",
  kept: "list",
  budget: "map",
  ways: "map of strings",
} as const;

/** Reads the function's arguments, or returns their problems. */
export function readDescription(
  args: ValueMap,
  defaultProject: string,
): StackDescription | readonly CheckFailure[] {
  const failures = checkArguments(args, ARGUMENTS, ["members"]);
  if (failures.length > 0) return failures;
  const members = maps(args.members).map((member) => readMember(member, defaultProject));
  const budget = plainBudget(args.budget);
  const problems = [
    ...budgetProblems(budget),
    ...members.flatMap(({ name, refuseWhileRunning }) =>
      refuseWhileRunning === undefined || parseTimeLimit(refuseWhileRunning) !== undefined
        ? []
        : [
            `members: refuseWhileRunning of ${name} is ${JSON.stringify(refuseWhileRunning)}; ` +
              "expected a time such as 4h, 90m or 1h30m",
          ],
    ),
  ];
  if (problems.length > 0) return problems.map((reason) => ({ reason }));
  return {
    members: new Map(members.map((member) => [formatId(member), member])),
    deletes: maps(args.deletes).map((deletion) => readDeletion(deletion, defaultProject)),
    resources: new Map(
      maps(args.resources).map((resource) => [
        text(resource.urn),
        formatId(readPlace(resource, defaultProject)),
      ]),
    ),
    kept: new Set(maps(args.kept).map((repo) => formatId(readPlace(repo, defaultProject)))),
    budget,
    ways: isMap(args.ways) ? textsOf(args.ways) : {},
  };
}

function readMember(member: ValueMap, defaultProject: string): Member {
  return {
    ...readPlace(member, defaultProject),
    ...textsOf({
      effect: member.effect ?? null,
      refuseWhileRunning: member.refuseWhileRunning ?? null,
      runningWay: member.runningWay ?? null,
    }),
  };
}

function readDeletion(deletion: ValueMap, defaultProject: string): Deletion {
  return {
    ...readPlace(deletion, defaultProject),
    kind: deletion.kind === "repo" ? "repo" : "pipeline",
    urn: text(deletion.urn) || null,
    keepRepo: deletion.keepRepo === true,
  };
}

function readPlace({ project, name }: ValueMap, defaultProject: string): ObjectRef {
  return { project: text(project) || defaultProject, name: text(name) };
}

function plainBudget(value: Value | undefined): Budget & Readonly<Record<string, unknown>> {
  const entries = isMap(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([, limit]) => limit !== null));
}

/** The values that are strings. */
function textsOf(values: ValueMap): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string";
    }),
  );
}

function maps(value: Value | undefined): ValueMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}
