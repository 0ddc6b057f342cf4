/** What a job is missing to log in to Google Cloud and to the backend with the stacks' state. */

export const GUIDE = "see docs/pull-requests.md#setup-on-github-and-google-cloud";

interface Variable {
  readonly form: RegExp;
  readonly example: string;
  readonly optional?: boolean;
}

/** The variables of a GitHub environment, with the form of their values and an example. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  WORKLOAD_IDENTITY_PROVIDER: {
    form: /^projects\/\d+\/locations\/global\/workloadIdentityPools\/[\w-]+\/providers\/[\w-]+$/,
    example: "projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER",
  },
  SERVICE_ACCOUNT: {
    form: /^[\w.-]+@[\w.-]+\.gserviceaccount\.com$/,
    example: "NAME@PROJECT.iam.gserviceaccount.com",
  },
  CLUSTER: { form: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, example: "ml-cluster" },
  CLUSTER_LOCATION: {
    form: /^[a-z]+-[a-z]+\d+(-[a-z])?$/,
    example: "us-central1 or us-central1-a",
  },
  // a backend on the runner itself, such as file://, ends with the job
  PULUMI_BACKEND_URL: {
    form: /^(gs|s3|azblob|https?):\/\/[^\s/]\S*$/,
    example: "gs://my-state-bucket",
  },
  // the target of a forwarded port if the stack's Pachyderm address is the runner itself
  PACHYDERM_SERVICE: {
    form: /^[a-z]([a-z0-9-]*[a-z0-9])?:\d{1,5}$/,
    example: "pachyderm-proxy:80",
    optional: true,
  },
};

/** One line for each problem. */
export function setupProblems(environment: string, env: NodeJS.ProcessEnv): string[] {
  const missing = Object.entries(VARIABLES).flatMap(([name, { optional }]) =>
    env[name] || optional ? [] : [name],
  );
  const invalid = Object.entries(VARIABLES).filter(([name, { form }]) => {
    const value = env[name];
    return value && !form.test(value);
  });
  return [
    ...(missing.length > 0
      ? [
          `the environment ${environment} is missing the ${missing.length > 1 ? "variables" : "variable"} ${missing.join(", ")}: ` +
            `add ${missing.length > 1 ? "them" : "it"} under Settings → Environments → ${environment}, ${GUIDE}`,
        ]
      : []),
    ...invalid.map(
      ([name, { example }]) =>
        `the variable ${name} of the environment ${environment} is not valid; expected ${example}, ${GUIDE}`,
    ),
    ...(/^https?:/.test(env.PULUMI_BACKEND_URL ?? "") && !env.PULUMI_ACCESS_TOKEN
      ? [
          `the variable PULUMI_BACKEND_URL of the environment ${environment} is the address of Pulumi Cloud, but the workflows have no PULUMI_ACCESS_TOKEN: ` +
            "move the state to a bucket, see docs/operations.md#choose-where-the-state-is-stored, and set the variable to its address, such as gs://my-state-bucket",
        ]
      : []),
    ...(env.GITHUB_ACTIONS === "true" && !env.ACTIONS_ID_TOKEN_REQUEST_URL
      ? [
          "the job cannot get a token to log in to Google Cloud: it requires the permission `id-token: write`, " +
            "which GitHub does not grant to pull requests from forks",
        ]
      : []),
  ];
}
