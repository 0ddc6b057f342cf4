import { DEPLOYMENT_SECRET } from "../../components/common/names";
import { hasStorageCredentials } from "../../components/seldon-namespace/google-credentials";
import { sharedReader } from "../../components/use-case/data-reader";
import { repoResource } from "../../components/use-case/further-repos";
import type { Config, SelectedUseCase } from "../../config";
import { dedicatedName, dedicatedNamespace } from "../../config/dedicated";
import type { ObjectReference } from "../../providers/seldon";
import { pipelineName } from "../../use-cases/further-pipelines";

/** A resource that may import an existing object, and the object that it would create. */
export type Candidate = {
  /** The resource's type token. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
} & (
  | { readonly system: "pachyderm"; readonly inputs: Readonly<Record<string, unknown>> }
  | { readonly system: "kubernetes"; readonly object: ObjectReference }
  | { readonly system: "gcs"; readonly bucket: string; readonly location: string | undefined }
);

/**
 * All resources that the program may register for objects that could have been created by hand. It
 * usually registers only some of them.
 */
export function candidates(config: Config): Candidate[] {
  const useCases = Object.entries(config.useCases);
  const having = (part: "bucket" | "namespace" | "secret") =>
    useCases.filter(([, { dedicated }]) => dedicated[part]).map(([name]) => name);
  return [
    ...useCases.flatMap(([name, useCase]) => ofUseCase(name, useCase, config)),
    ...["", ...having("bucket")].flatMap((useCase) => ofBucket(useCase, config)),
    ...["", ...having("namespace")].flatMap((useCase) => ofNamespace(useCase, config)),
    ...["", ...having("secret")].map((useCase) => ofSecret(useCase, config)),
  ];
}

function ofUseCase(
  name: string,
  {
    definition: { data, training, deployment, repos = {}, pipelines = {} },
    branch,
  }: SelectedUseCase,
  { seldon }: Config,
): Candidate[] {
  const pipeline = (part: string, pipelineName: string) =>
    pachyderm("Pipeline", `${name}-${part}-pipeline`, {
      spec: { pipeline: { name: pipelineName } },
    });
  const ownBranch = (part: string, repoName: string) =>
    pachyderm("Branch", `${name}-${part}-branch`, { repo: repoName, name: branch });
  const ofData = ({ repo, existing, grantReader, ...reads }: NonNullable<typeof data>) => {
    const reader = { resourceType: "repo", repo, principal: seldon.dataReader };
    const binding = existing ? sharedReader(repo) : `${name}-data-reader`;
    const readsBranch = reads.branch !== undefined || reads.commit !== undefined;
    return [
      ...(existing ? [] : [pachyderm("Repo", `${name}-data`, { name: repo })]),
      ...(readsBranch ? [ownBranch("data", repo)] : []),
      ...(seldon.dataReader && (!existing || grantReader)
        ? [pachyderm("RoleBinding", binding, reader)]
        : []),
    ];
  };
  const isDeferred = training?.defer === true;
  return [
    ...(isDeferred ? [ownBranch("models", training.name)] : data ? ofData(data) : []),
    ...(training && !isDeferred ? [pipeline("training", training.name)] : []),
    ...(deployment ? [pipeline("deployment", deployment.name)] : []),
    ...Object.entries(repos).flatMap(([key, { existing, name: repo = key }]) =>
      existing ? [] : [pachyderm("Repo", repoResource(name, key), { name: repo })],
    ),
    ...Object.entries(pipelines).map(([key, one]) => pipeline(key, pipelineName(one))),
  ];
}

function ofBucket(useCase: string, { detectorBucket }: Config): Candidate[] {
  if (detectorBucket.existing) return [];
  return [
    {
      system: "gcs",
      type: "gcp:storage/bucket:Bucket",
      name: `${resourceName("detectors", useCase)}-bucket`,
      bucket: placeName(detectorBucket.name, useCase),
      location: detectorBucket.location,
    },
  ];
}

function ofNamespace(useCase: string, { seldon, useCases }: Config): Candidate[] {
  const own = resourceName("seldon", useCase);
  const deployName = useCases[useCase]?.definition.deployment?.deployName;
  const namespace =
    deployName === undefined
      ? seldon.namespace
      : dedicatedNamespace(seldon.namespace, useCase, deployName);
  const inBoth = (kind: "Secret" | "ServiceAccount", suffix: string, name: string) => [
    kubernetes(`${own}-${suffix}`, { kind, namespace, name }),
    kubernetes(`${own}-detector-${suffix}`, { kind, namespace: seldon.detectorNamespace, name }),
  ];
  const { serviceAccountKey, googleServiceAccount } = seldon;
  const servingSecret = { kind: "Secret", namespace, name: DEPLOYMENT_SECRET } as const;
  return [
    ...(seldon.existing
      ? []
      : [kubernetes(`${own}-namespace`, { kind: "Namespace", name: namespace })]),
    ...(serviceAccountKey ? [kubernetes(`${own}-deployment-secret`, servingSecret)] : []),
    ...(hasStorageCredentials(seldon)
      ? inBoth("Secret", "storage-secret", placeName(seldon.storageSecret, useCase))
      : []),
    ...(googleServiceAccount
      ? inBoth("ServiceAccount", "service-account", placeName(seldon.serviceAccount, useCase))
      : []),
  ];
}

function ofSecret(useCase: string, { pipelineSecret, pachyderm: { namespace } }: Config) {
  const name = placeName(pipelineSecret, useCase);
  const resource = `${resourceName("pipelines", useCase)}-secret`;
  return kubernetes(resource, { kind: "Secret", namespace, name });
}

function pachyderm(type: string, name: string, inputs: Record<string, unknown>): Candidate {
  return { system: "pachyderm", type: `pachyderm:index:${type}`, name, inputs };
}

function kubernetes(name: string, object: ObjectReference): Candidate {
  return { system: "kubernetes", type: `kubernetes:core/v1:${object.kind}`, name, object };
}

/** The component's name: shared, or dedicated to the use case. */
function resourceName(shared: string, useCase: string): string {
  return useCase === "" ? shared : `${useCase}-${shared}`;
}

/** The object's name: shared, or dedicated to the use case. */
function placeName(shared: string, useCase: string): string {
  return useCase === "" ? shared : dedicatedName(shared, useCase);
}
