/** Reads the stack's configuration for the program. Pulumi.yaml describes the keys. */

import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PIPELINE_SECRET, STORAGE_ACCOUNT, STORAGE_SECRET } from "../components/common/names";
import { mapValues } from "../providers/kit/map-values";
import type { NamedUseCase, NamedUseCases } from "../use-cases/definition";
import {
  finder,
  findReaders,
  findSources,
  inReadingOrder,
  readsOfOthers,
  type Source,
} from "../use-cases/sources";
import { BUDGET_VARIABLE, budgetOfThisRun } from "./budget";
import { type Dedicated, readDedicated } from "./dedicated";
import { requireDefinitions } from "./definitions";
import { limited } from "./environment";
import { fullKey, refuse } from "./messages";
import { registeredUseCases } from "./registry";
import type { Values } from "./schema";
import { checkEncryption, isKubeconfigText, type SeldonSecret } from "./secrets";
import { NAMESPACE, readStackFile } from "./stack-file";
import { readValues } from "./values";

/** The configuration, checked and with defaults. All names already include `namePrefix`. */
export interface Config extends Omit<Values, "kubernetes" | "credentials" | "seldon" | "useCases"> {
  readonly kubernetes: { readonly context?: string; readonly kubeconfig?: pulumi.Input<string> };
  /** The name of the pipeline Secret. */
  readonly pipelineSecret: string;
  /** Secrets. */
  readonly credentials: Readonly<Record<string, pulumi.Output<string>>>;
  readonly seldon: Omit<Values["seldon"], SeldonSecret> & {
    readonly [K in SeldonSecret]?: pulumi.Output<string>;
  } & {
    /** The name of the Secret with the detectors' credentials for `gs://`. */
    readonly storageSecret: string;
    /** The name of the Kubernetes service accounts that act as the Google service account. */
    readonly serviceAccount: string;
  };
  /** The selected use cases by name, with overrides applied; sources come before the use cases that read them. */
  readonly useCases: Readonly<Record<string, SelectedUseCase>>;
}

export interface SelectedUseCase {
  readonly definition: NamedUseCase;
  /** What is dedicated to it. */
  readonly dedicated: Dedicated;
  /** An update that would kill a job which has run this long is refused; undefined: never. */
  readonly refuseWhileRunning: string | undefined;
  /** The branch that the use case has of repos of others, where it reads one. */
  readonly branch: string;
  /** Whether its data, and the results of its pipelines, are kept when they leave the stack. */
  readonly keep: boolean;
  /** The part of a selected use case that creates the existing data repo, if there is one. */
  readonly source?: Source;
  /** What the use case's pipelines read from other selected use cases. */
  readonly reads: readonly Source[];
}

/**
 * Reads and checks the configuration. Problems end the program and are reported together. `folder`
 * contains the stack file.
 */
export function readConfig(folder = join(__dirname, "..")): Config {
  requireDefinitions(registeredUseCases());
  const file = readStackFile(pulumi.getStack(), folder) ?? {};
  const { values, named, problems } = readValues(pulumi.runtime.allConfig(), (values) =>
    checkEncryption(values, file),
  );
  if (problems.length > 0) refuse(problems);
  return completeConfig(values as Values, named);
}

/**
 * Ends the program if the project has a different name, which `pulumi new` allows: keys start with
 * that name.
 */
export function requireProject(name: string): void {
  if (name === NAMESPACE) return;
  throw new pulumi.RunError(
    `Pulumi.yaml names the project "${name}", but this program reads the configuration of project "${NAMESPACE}": set \`name: ${NAMESPACE}\` there, and start the keys in the stack files with \`${NAMESPACE}:\``,
  );
}

/** The configuration from values that have no problems. */
export function completeConfig(
  { namePrefix: prefix, ...values }: Values,
  named: NamedUseCases,
): Config {
  const once = budgetOfThisRun(process.env[BUDGET_VARIABLE]);
  const { kubernetes, credentials, detectorBucket, seldon, useCases: selected, ...rest } = values;
  const { context, kubeconfig } = kubernetes;
  // existing objects keep their names
  const shared = (name: string, { existing = false } = {}) => (existing ? name : prefix + name);
  return {
    ...rest,
    namePrefix: prefix,
    budget: { ...rest.budget, ...once.budget },
    kubernetes: {
      context,
      kubeconfig: isKubeconfigText(kubeconfig) ? pulumi.secret(kubeconfig) : kubeconfig,
    },
    pipelineSecret: shared(PIPELINE_SECRET),
    credentials: mapValues(credentials, (value) => pulumi.secret(value)),
    detectorBucket: { ...detectorBucket, name: shared(detectorBucket.name, detectorBucket) },
    seldon: {
      ...seldon,
      namespace: shared(seldon.namespace, seldon),
      serviceAccountKey: secret(seldon.serviceAccountKey),
      storageKey: secret(seldon.storageKey),
      storageSecret: shared(STORAGE_SECRET),
      serviceAccount: shared(STORAGE_ACCOUNT),
    },
    useCases: mapValues(selectUseCases(selected, named, { ...rest, prefix }), (useCase) => ({
      ...useCase,
      ...once.useCase,
    })),
  };
}

function selectUseCases(
  selected: Values["useCases"],
  definitions: NamedUseCases,
  {
    prefix,
    environment,
    pachyderm,
    data,
  }: Pick<Values, "environment" | "pachyderm" | "data"> & {
    readonly prefix: string;
  },
): Config["useCases"] {
  const sources = findSources(definitions, prefix);
  const readers = findReaders(definitions, { prefix, project: pachyderm.project });
  const find = finder(definitions, prefix);
  return Object.fromEntries(
    inReadingOrder(Object.keys(selected), readers).map((name) => {
      const definition = limited(definitions[name] as NamedUseCase, environment);
      const overrides = selected[name] ?? {};
      return [
        name,
        {
          definition: { ...definition, ...ownRepos(definition, find) },
          dedicated: readDedicated(overrides),
          refuseWhileRunning: overrides.refuseWhileRunning,
          branch: prefix + name,
          keep: (overrides.data?.keep ?? definition.data?.keep ?? false) || data.keep,
          source: sources[name],
          reads: readsOfOthers(name, readers),
        },
      ];
    }),
  );
}

/** The further repos, without existing ones that the stack creates: those are not read twice. */
function ownRepos({ repos }: NamedUseCase, find: ReturnType<typeof finder>) {
  if (repos === undefined) return {};
  const own = Object.entries(repos).filter(
    ([key, { existing, name = key }]) => !existing || find(name) === undefined,
  );
  return { repos: Object.fromEntries(own) };
}

function secret(value: string | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}

/** The definition with the keys that reprocess data, which previews mention. */
export function withReprocessHints(name: string, definition: NamedUseCase) {
  const hint = (...part: string[]) => fullKey(["useCases", name, ...part, "reprocess"]);
  const { training, deployment, pipelines } = definition;
  return {
    ...definition,
    ...(training && { training: { ...training, reprocessHint: hint("training") } }),
    ...(deployment && { deployment: { ...deployment, reprocessHint: hint("deployment") } }),
    ...(pipelines && {
      pipelines: mapValues(pipelines, (pipeline, key) => ({
        ...pipeline,
        reprocessHint: hint("pipelines", key),
      })),
    }),
  };
}
