/** The stacks of the backend. */
import { homeInMark, type StackHome } from "../../program/stack-mark";
import type { StackRecord } from "./stack-record";

/** A stack's full name. */
export interface StackName {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

export interface ListedStack extends StackName {
  readonly updateInProgress: boolean;
  /** When its state last changed; undefined if the backend does not report it. */
  readonly lastUpdate?: string | undefined;
  readonly resourceCount?: number | undefined;
}

export interface LiveStack extends StackName, StackRecord {}

export const formatStack = ({ organization, project, stack }: StackName) =>
  `${organization}/${project}/${stack}`;

/** What to do about an update of a stack. */
export const adviceOnUpdate = (stack: string) =>
  `try again when it has ended; if it was killed, run pulumi cancel --yes --stack ${stack}`;

/**
 * Parses the output of `pulumi stack ls --all --json` outside of a project's folder, where names
 * are complete.
 */
export function readStackList(json: string): ListedStack[] {
  const stacks = JSON.parse(json) as ({ name: string } & Partial<ListedStack>)[];
  return stacks.map(({ name, updateInProgress = false, lastUpdate, resourceCount }) => {
    const [organization, project, stack, ...rest] = name.split("/");
    if (!organization || !project || !stack || rest.length > 0) {
      throw new Error(
        `stack ${name} has no project in its name: upgrade the backend with \`pulumi state upgrade\``,
      );
    }
    return { organization, project, stack, updateInProgress, lastUpdate, resourceCount };
  });
}

/** The listed stack that the user means by `NAME` or `ORGANIZATION/PROJECT/NAME`. */
export function findStack(
  wanted: string,
  stacks: readonly StackName[],
  project: string,
): StackName {
  const found = stacks.filter(
    (name) => name.project === project && (name.stack === wanted || formatStack(name) === wanted),
  );
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const known = stacks.filter((name) => name.project === project).map(formatStack);
  throw new Error(
    found.length === 0
      ? `stack ${wanted} of project ${project} does not exist in the backend; existing stacks: ${known.join(", ") || "none"}`
      : `--stack ${wanted} is ambiguous; expected one of ${found.map(formatStack).join(", ")}`,
  );
}

/** The end of the marks of this project's stacks in this backend. */
export function homeOf(name: StackName, backend: string): string {
  const home: StackHome = { backend, organization: name.organization, project: name.project };
  return homeInMark(home);
}
