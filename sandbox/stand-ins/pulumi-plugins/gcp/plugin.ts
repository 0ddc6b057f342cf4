import type { Log } from "../../../../providers/kit/engine-log";
import type {
  CheckResult,
  FunctionHandler,
  Plugin,
  ResourceHandler,
} from "../../../../providers/kit/handler";
import type { ValueMap } from "../../../../providers/kit/values";
import { checkOptions } from "../options";
import { BucketHandler } from "./bucket-handler";
import { bucketObjects } from "./bucket-objects";
import { getBucket } from "./get-bucket";
import { IamMemberHandler } from "./iam-member-handler";
import type { Service } from "./service";
import { OPTIONS, readSettings } from "./settings";
import { StorageApi } from "./storage-api";

/**
 * A stand-in for Pulumi's gcp plugin in the sandbox, if that cannot be downloaded: it has the same
 * inputs, states, ids and previews for the few resource types that this project registers, and the
 * same results for the functions that it calls. https://github.com/pulumi/pulumi-gcp
 */
export class GcpPlugin implements Plugin {
  readonly name = "gcp";
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly functions: Readonly<Record<string, FunctionHandler>>;
  #service: Service | undefined;

  readonly #log: Log;

  constructor(
    readonly version: string,
    log: Log,
  ) {
    this.#log = log;

    const service = () => this.#configured();
    this.resources = {
      "gcp:storage/bucket:Bucket": new BucketHandler(service),
      "gcp:storage/bucketIAMMember:BucketIAMMember": new IamMemberHandler(service),
    };
    this.functions = {
      "gcp:storage/getBucket:getBucket": getBucket(service),
      "gcp:storage/getBucketObjects:getBucketObjects": bucketObjects(service),
    };
  }

  /** Empty: SDKs are generated from the official plugin's schema. */
  schema(): string {
    return JSON.stringify({ name: this.name, version: this.version });
  }

  async checkConfig(config: ValueMap): Promise<CheckResult> {
    return checkOptions(this.name, config, OPTIONS);
  }

  async configure(config: ValueMap, urn: string | undefined): Promise<void> {
    await this.#log.log("debug", `the sandbox's stand-in for ${this.name} ${this.version}`, urn);
    const settings = readSettings(config);
    this.#service = { settings, api: new StorageApi(settings) };
  }

  async close(): Promise<void> {}

  #configured(): Service {
    if (this.#service === undefined) throw new Error("the provider is not configured");
    return this.#service;
  }
}
