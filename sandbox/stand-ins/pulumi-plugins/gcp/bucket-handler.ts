import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type Diff,
  type DiffRequest,
  InitFailed,
  isImport,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
  type UpdateRequest,
} from "../../../../providers/kit/handler";
import { reveal, type Value, type ValueMap } from "../../../../providers/kit/values";
import { keepSecrets, plainInputs } from "./bridged";
import { checkBucket } from "./bucket-check";
import { isLocked } from "./bucket-protection";
import {
  diffBucket,
  importedInputs,
  plannedState,
  refreshedInputs,
  toApiBucket,
  toApiPatch,
  toState,
} from "./bucket-state";
import { labelsIn, pulumiLabels } from "./labels";
import { asBefore, asPlanned } from "./lifecycle-rules";
import type { Service } from "./service";
import { isGone } from "./storage-api";

/**
 * The lifecycle of a bucket, after
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/storage/resource_storage_bucket.go
 */
export class BucketHandler implements ResourceHandler {
  readonly #service: () => Service;

  constructor(service: () => Service) {
    this.#service = service;
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return checkBucket(request);
  }

  async diff({ inputs, oldState }: DiffRequest): Promise<Diff> {
    const changes = diffBucket(inputs, oldState);
    return {
      changes,
      // as the bridge does for names that the program sets:
      // https://github.com/pulumi/pulumi-terraform-bridge/blob/master/pkg/tfbridge/provider.go
      deleteBeforeReplace: changes.some(({ replace }) => replace),
      between: "state-and-inputs",
    };
  }

  async create({ inputs, preview }: CreateRequest): Promise<CreateResult> {
    const { settings, api } = this.#service();
    const plain = plainInputs(inputs);
    if (preview) {
      const planned = plannedState(inputs, undefined, settings.attributionLabel);
      return { id: "", state: keepSecrets(planned, inputs) };
    }
    const project = plain.project ?? settings.project;
    if (typeof project !== "string")
      throw new Error("project: required field is not set; set gcp:project");
    const own = pulumiLabels(plain.labels, undefined, settings.attributionLabel);
    const made = await api.insertBucket(project, toApiBucket(inputs, labelsIn(own)));
    const id = String(plain.name);
    const problem = await this.#lock(made, plain.retentionPolicy);
    const state = toState(await api.getBucket(id), {
      project,
      forceDestroy: plain.forceDestroy ?? false,
      labels: plain.labels,
      ownLabels: own,
    });
    const lifecycleRules = asPlanned(rulesOf(state), plain.lifecycleRules);
    const kept = keepSecrets({ ...state, lifecycleRules }, inputs);
    if (problem !== undefined) throw new InitFailed(id, kept, [problem.message]);
    return { id, state: kept };
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    const { settings, api } = this.#service();
    const [name = "", project] = id.split("/").reverse();
    let bucket: ValueMap;
    try {
      bucket = await api.getBucket(name);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
    const old = reveal(state) as ValueMap;
    const imported = isImport(request);
    const live = toState(bucket, {
      project: old.project ?? project ?? settings.project ?? null,
      forceDestroy: old.forceDestroy ?? false,
      labels: imported ? bucket.labels : old.labels,
      ownLabels: imported ? (bucket.labels ?? {}) : (old.pulumiLabels ?? {}),
    });
    const lifecycleRules = asBefore(rulesOf(live), old.lifecycleRules);
    return {
      id: name,
      inputs: imported ? importedInputs(live) : refreshedInputs(inputs, live),
      state: keepSecrets({ ...live, lifecycleRules }, inputs),
    };
  }

  async update({ id, inputs, oldState, preview }: UpdateRequest): Promise<ValueMap> {
    const { api } = this.#service();
    const old = reveal(oldState) as ValueMap;
    if (preview) return keepSecrets({ ...oldState, ...plannedState(inputs, old, false) }, inputs);
    const plain = plainInputs(inputs);
    const patched = await api.patchBucket(id, toApiPatch(inputs, old));
    const problem = await this.#lock(patched, plain.retentionPolicy);
    if (problem !== undefined) throw problem;
    const state = toState(await api.getBucket(id), {
      project: old.project ?? null,
      forceDestroy: plain.forceDestroy ?? false,
      labels: plain.labels,
      ownLabels: pulumiLabels(plain.labels, old, false),
    });
    return keepSecrets(state, inputs);
  }

  async delete({ id, state }: DeleteRequest): Promise<void> {
    const { api } = this.#service();
    try {
      await this.#empty(id, state);
      await api.deleteBucket(id);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /**
   * Permanently locks the retention policy if the program says so; returns the error if that fails.
   */
  async #lock(
    { name, metageneration, retentionPolicy }: ValueMap,
    asked: Value | undefined,
  ): Promise<Error | undefined> {
    if (!isLocked(asked) || isLocked(retentionPolicy)) return undefined;
    try {
      await this.#service().api.lockRetention(String(name), String(metageneration));
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  async #empty(bucket: string, { forceDestroy, retentionPolicy }: ValueMap): Promise<void> {
    const { api } = this.#service();
    const versions = await api.listVersions(bucket);
    if (versions.length === 0) return;
    const retained = versions.some(
      ({ retentionExpirationTime: until }) => until !== undefined && Date.parse(until) > Date.now(),
    );
    if (retained && isLocked(reveal(retentionPolicy ?? null)))
      throw new Error(
        `Bucket '${bucket}' contains objects that have not met the retention period yet and cannot be deleted.`,
      );
    if (forceDestroy !== true)
      throw new Error(
        `Error trying to delete bucket ${bucket} containing objects without \`force_destroy\` set to true`,
      );
    for (const { name, generation } of versions) await api.deleteVersion(bucket, name, generation);
  }
}

function rulesOf({ lifecycleRules }: ValueMap): ValueMap[] {
  return lifecycleRules as ValueMap[]; // as toState makes them
}
