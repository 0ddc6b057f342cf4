import { createHash } from "node:crypto";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { EXISTS_ADVICE, MISSING_ADVICE } from "../common/exists-advice";
import { kubernetesAnnotations, kubernetesLabels } from "../common/kubernetes-labels";
import { checkSecretName, PIPELINE_SECRET } from "../common/names";
import { secretData } from "../common/secret-data";
import { vacantName } from "../common/vacant-name";
import { checked } from "../common/validation";
import type { Credentials } from "./credentials";

export interface PipelineSecretArgs {
  /** The Secret's name, which pipelines refer to. Default: `pipeline-secret`. */
  readonly name?: pulumi.Input<string>;
  /** The namespace that Pachyderm's workers run in. */
  readonly namespace: pulumi.Input<string>;
  /** The values by key. All are treated as secrets. */
  readonly values: Credentials;
}

/**
 * The Kubernetes Secret with the environment of the pipelines' workers. A changed value updates it
 * in place if the provider has `enableSecretMutable`.
 */
export class PipelineSecret extends Component {
  /** The Secret's name. */
  readonly name: pulumi.Output<string>;
  /** The Secret's namespace. */
  readonly namespace: pulumi.Output<string>;
  /** The Secret's keys. */
  readonly keys: readonly string[];
  readonly #restartTriggers: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: PipelineSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("PipelineSecret", name, opts);
    const owner = `PipelineSecret "${name}"`;
    const secretName = checked(`${owner}: name`, args.name ?? PIPELINE_SECRET, checkSecretName);
    const { namespace } = args;
    const values = Object.entries(args.values).map(
      ([key, value]) => [checkKey(owner, key), pulumi.secret(value)] as const,
    );

    const secret = new core.Secret(
      `${name}-secret`,
      {
        metadata: {
          name: vacantName(
            { kind: "Secret", resource: `${name}-secret`, name: secretName, namespace },
            this,
            {
              exists: EXISTS_ADVICE.otherPrefix,
              namespaceMissing: MISSING_ADVICE.pachydermNamespace,
            },
          ),
          namespace,
          labels: kubernetesLabels("pipeline-secret"),
          annotations: kubernetesAnnotations,
        },
        // the default of Kubernetes; without it, an adopted Secret would be replaced
        type: "Opaque",
        data: secretData(Object.fromEntries(values)),
      },
      { parent: this },
    );

    this.name = secret.metadata.name;
    this.namespace = secret.metadata.namespace;
    this.keys = values.map(([key]) => key);
    this.#restartTriggers = new Map(values.map(([key, value]) => [key, value.apply(sha256)]));
    this.registerOutputs({ name: this.name, namespace: this.namespace, keys: this.keys });
  }

  /**
   * A string that changes with the value of the key. Workers read the Secret only when they start,
   * so pipelines use these strings as restart triggers. It is itself a secret, because a weak
   * password can be guessed from an unsalted hash.
   */
  restartTrigger(key: string): pulumi.Output<string> {
    const trigger = this.#restartTriggers.get(key);
    if (trigger !== undefined) return trigger;
    throw new pulumi.RunError(
      `the pipeline Secret has no key "${key}"; expected one of ${this.keys.join(", ")}`,
    );
  }
}

function checkKey(owner: string, key: string): string {
  if (/^[-._a-zA-Z0-9]+$/.test(key)) return key;
  throw new pulumi.RunError(
    `${owner}: values has the key "${key}", but a key may contain only letters, digits, -, _ and .`,
  );
}

function sha256(value: string): string {
  return createHash("sha256").update(value, "utf8").digest("hex");
}
