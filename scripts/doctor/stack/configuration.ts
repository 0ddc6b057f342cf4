import * as pulumi from "@pulumi/pulumi";
import { repository } from "../../../command-line/repository";
import { type Config, completeConfig } from "../../../config";
import { fullKey } from "../../../config/messages";
import type { Values } from "../../../config/schema";
import { checkEncryption } from "../../../config/secrets";
import { type Block, configurationIn, readWholeStackFile } from "../../../config/stack-file";
import { readValues } from "../../../config/values";
import { parseDecrypted } from "../../decrypted-config";
import { secretsProviderOf } from "../../init-command";
import { noSuchStack, type StackConfig, withPlaceholders } from "../../render/stack-file";
import type { PulumiCli } from "./pulumi-cli";
import { secretsIn } from "./secrets";

/** A stack's configuration, or the part of it that can be read. */
export interface StackConfiguration {
  /** All keys as the engine passes them, with placeholders if the secrets cannot be decrypted. */
  readonly raw: Readonly<Record<string, string>>;
  /** Its problems, as a preview reports them. */
  readonly problems: readonly string[];
  /** Undefined if it has too many problems. */
  readonly config: Config | undefined;
  /** The valid values; secrets among them are placeholders if `undecrypted` is set. */
  readonly values: Partial<Values>;
  /** Why the secrets cannot be decrypted. */
  readonly undecrypted: string | undefined;
  /** The plain secrets, which nothing may show. */
  readonly secrets: readonly string[];
  /** What encrypts the secrets in the stack's file, as `pulumi stack init` takes it; undefined if the file does not say it. */
  readonly secretsProvider: string | undefined;
  /** The stack's file, in which secrets are encrypted. */
  readonly publicText: string;
}

/** Parts of the configuration that checks can do without. */
const DISPENSABLE = ["credentials", "acknowledge", "gcp:project"];

/** @throws RunError if there is neither a stack nor a stack file. */
export async function readConfiguration(
  stack: string,
  cli: PulumiCli,
  folder = repository,
): Promise<StackConfiguration> {
  const whole = readWholeStackFile(stack, folder);
  const file = whole && configurationIn(whole);
  const answer = await cli(["config", "--json", "--show-secrets", "--stack", stack]);
  if (answer.problem !== undefined && file === undefined) {
    throw new pulumi.RunError(noSuchStack(stack, folder));
  }
  const read =
    answer.problem === undefined
      ? { stack, ...parseDecrypted(answer.stdout) }
      : withPlaceholders(stack, file ?? {});
  const secrets = answer.problem === undefined ? secretsIn(read, file) : [];
  return {
    ...checkConfig(read, file ?? {}),
    undecrypted: answer.problem,
    secrets,
    secretsProvider: secretsProviderOf(whole ?? {}),
    publicText: JSON.stringify({ stack, ...file }),
  };
}

function checkConfig({ config: raw, secretKeys }: StackConfig, file: Block) {
  pulumi.runtime.setAllConfig(raw, secretKeys); // the encryption check reads from the SDK
  const { values, named, problems } = readValues(raw, (known) => checkEncryption(known, file));
  const usable = problems.every(({ path }) => DISPENSABLE.includes(String(path[0])));
  const complete = { ...values, credentials: values.credentials ?? {} } as Values;
  return {
    raw,
    values,
    problems: problems.map(({ path, text }) => `${fullKey(path)} ${text}`),
    config: usable ? completeConfig(complete, named) : undefined,
  };
}
