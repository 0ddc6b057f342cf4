import { pullRequestNumber } from "../github/arguments";
import { GITHUB_VARIABLES } from "../github/variables";
import { readOptions, requireStack } from "../script-arguments";
import { JOB_MINUTES } from "../stack-update/lock";
import { userName } from "../user-name";
import { environmentStack } from "./names";

const usage = `usage: npm run preview-env -- --stack NAME --pull-request NUMBER [OPTIONS]

Creates or updates stack pr-NUMBER, a disposable environment that uses the data of stack NAME. Its
stack file is derived from that of NAME, with a prefix for all names. A use case whose training
pipeline does not change deploys the models of NAME; any other trains once, on a branch of NAME's
data.
  --destroy        destroys the environment, and removes its stack and stack file
  --defer          does not train any use case
  --train          trains every use case, even if its training pipeline does not change
  --owner NAME     the owner of the environment; default: the current user
  --unlock         breaks a lock of the stack that is older than ${JOB_MINUTES} minutes and not held by another user
  --label NAME     checks the pull request on GitHub first: creates the environment only if it is open
                   and has this label, and destroys it only if not; for runs that had to wait
  --comment        writes the result into the pull request
--label and --comment require environment variables:
${GITHUB_VARIABLES}
`;

export interface Arguments {
  /** The stack that the environment is for. */
  readonly base: string;
  readonly number: number;
  readonly owner: string;
  readonly models: "defer" | "train" | "by change";
  readonly destroy: boolean;
  readonly unlock: boolean;
  /** The label of pull requests with an environment. */
  readonly label: string | undefined;
  readonly comment: boolean;
}

/** The result of a run. */
export interface Result {
  readonly code: number;
  /** The comment. */
  readonly text: string;
  /** Whether it only replaces an existing comment. */
  readonly isOnlyEdit?: boolean;
}

/** Reads the command line. */
export function readArguments(args: string[]): Arguments {
  const values = readOptions(
    usage,
    {
      stack: { type: "string" },
      "pull-request": { type: "string" },
      owner: { type: "string" },
      defer: { type: "boolean", default: false },
      train: { type: "boolean", default: false },
      destroy: { type: "boolean", default: false },
      unlock: { type: "boolean", default: false },
      label: { type: "string" },
      comment: { type: "boolean", default: false },
    },
    args,
  );
  const { defer, train, destroy } = values;
  const base = requireStack(values.stack, usage);
  if (Number(defer) + Number(train) + Number(destroy) > 1) {
    throw new Error(`expected at most one of --defer, --train and --destroy\n${usage}`);
  }
  const number = pullRequestNumber(values["pull-request"]);
  if (environmentStack(base, number) === base) {
    throw new Error(
      `--stack: ${base} is the environment of this pull request; expected the stack that it is for`,
    );
  }
  return {
    base,
    number,
    owner: values.owner || userName(),
    models: defer ? "defer" : train ? "train" : "by change",
    destroy,
    unlock: values.unlock,
    label: values.label,
    comment: values.comment,
  };
}
