/** The questions about an environment: one for each key, in the order in which they are asked. */

import { expectationOf } from "../../config/expectations";
import type { ConfigPath } from "../../config/messages";
import { registeredUseCases } from "../../config/registry";
import { requiredCredentials } from "../../config/required-credentials";
import { isBlock } from "../../config/stack-file";
import { partAt } from "../../providers/kit/property-path";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import type { Answers } from "./answers";

export interface Question {
  readonly path: ConfigPath;
  /**
   * The option that answers the question; credentials have none, because command lines are visible
   * to others.
   */
  readonly option?: string;
  /** The name of the option's value in the usage; a flag has none. */
  readonly value?: string;
  /** The expected value, as text that follows the key. */
  readonly about: string;
  /**
   * The default, in words. A question without a default is asked if the configuration requires the
   * key.
   */
  readonly otherwise?: string;
  /** Whether it is asked with these answers. Default: always. */
  readonly when?: (answers: Answers) => boolean;
}

type Setting = Omit<Question, "path" | "about"> & { readonly about?: string };

// `pulumi config set` writes the flag as a string
const isDisposable = ({ disposable }: Answers) => String(disposable) === "true";
const deploys = (answers: Answers) =>
  selectedUseCases(answers).some((name) => registeredUseCases()[name]?.deployment !== undefined);

/** The questions with an option, by key. */
const settings: readonly (readonly [path: string, setting: Setting])[] = [
  [
    "disposable",
    {
      option: "disposable",
      otherwise: "false",
      about: "whether its data may be lost: destroy then deletes all of it",
    },
  ],
  ["environment.owner", { option: "owner", value: "NAME", otherwise: "none", when: isDisposable }],
  [
    "environment.expires",
    { option: "expires", value: "DATE", otherwise: "none", when: isDisposable },
  ],
  [
    "namePrefix",
    {
      option: "name-prefix",
      value: "PREFIX",
      otherwise: "none",
      about: `a prefix for its names, if environments share a cluster: ${expectationOf(["namePrefix"])}`,
    },
  ],
  ["pachyderm.address", { option: "pachyderm-address", value: "ADDRESS" }],
  ["pachyderm.project", { option: "pachyderm-project", value: "NAME", otherwise: DEFAULT_PROJECT }],
  ["kubernetes.context", { option: "context", value: "NAME" }],
  [
    "gcp:project",
    { option: "gcp-project", value: "PROJECT", about: "the Google Cloud project of the bucket" },
  ],
  ["detectorBucket.name", { option: "bucket", value: "NAME" }],
  [
    "detectorBucket.existing",
    {
      option: "existing-bucket",
      otherwise: "false",
      about: "whether that bucket already exists, so that the stack only uses it",
    },
  ],
  ["detectorBucket.location", { option: "location", value: "LOCATION" }],
];

/** The file with the key of the Google service account that serves the models. */
export const SERVING_KEY: Question = {
  path: ["seldon", "serviceAccountKey"],
  option: "service-account-key",
  value: "FILE",
  about: "the file with the JSON key of the Google service account that serves the models",
  otherwise: "none",
  when: deploys,
};

/** All questions with an option. */
export const questions: readonly Question[] = [
  ...settings.map(([key, { about, ...setting }]) => {
    const path = key.split(".");
    return { path, about: about ?? expectationOf(path), ...setting };
  }),
  SERVING_KEY,
];

/** A question for each credential that the selected use cases' pipelines read. */
export function credentialQuestions(answers: Answers): Question[] {
  return requiredCredentials(selectedUseCases(answers)).map((key) => {
    const path = ["credentials", key];
    return { path, about: expectationOf(path) };
  });
}

export function selectedUseCases({ useCases: selected }: Answers): string[] {
  return isBlock(selected) ? Object.keys(selected) : [];
}

export function isAnswered(answers: Answers, { path }: Question): boolean {
  return partAt(answers, path) !== undefined;
}

/** Whether the answer is true or false, and the option takes no value. */
export function isFlag({ option, value }: Question): boolean {
  return option !== undefined && value === undefined;
}
