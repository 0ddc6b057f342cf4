import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isMap, isUnknown, reveal, type Value, type ValueMap } from "../../../kit/values";
import { DEFAULT_PROJECT } from "../../spec/defaults";
import { type Address, parseAddress } from "../api/address";

/** How to reach Pachyderm, from the provider's arguments and the environment. */
export interface Settings {
  readonly address: Address;
  /** The source of the address, for messages. */
  readonly addressSource: string;
  readonly token: string | undefined;
  /** The PEM certificates of a private authority. */
  readonly caCertificate: string | undefined;
  /** The project of resources that do not set one. */
  readonly project: string;
  readonly previewValidation: "auto" | "off";
  readonly deleteUnreachable: boolean;
  /** What messages suggest for something that already exists. */
  readonly importHint?: string | undefined;
}

/** The provider's arguments: name → what is wrong with a value, if anything. */
const ARGUMENTS: Readonly<Record<string, (text: string) => string | undefined>> = {
  address: (text) => messageOf(() => parseAddress(text)),
  token: (text) => (text.trim() === "" ? "must not be empty; remove it instead" : undefined),
  caCertificate: (text) =>
    text.includes("-----BEGIN CERTIFICATE-----")
      ? undefined
      : "must be PEM text with -----BEGIN CERTIFICATE-----, not a file name",
  project: (text) => (text === "" ? "must not be empty; remove it instead" : undefined),
  previewValidation: oneOf("auto", "off"),
  deleteUnreachable: oneOf("true", "false"),
  importHint: (text) => (text === "" ? "must not be empty; remove it instead" : undefined),
};

/** Arguments that the engine itself adds. */
const ENGINE_ARGUMENTS = ["version", "pluginDownloadURL"];

/** Checks the provider's arguments; unknown values pass. */
export function checkSettings(config: ValueMap): { property: string; reason: string }[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (ENGINE_ARGUMENTS.includes(name) || isUnknown(value) || value === null) return [];
    const check = ARGUMENTS[name];
    if (check === undefined) {
      const known = Object.keys(ARGUMENTS).join(", ");
      return [
        {
          property: name,
          reason: `is not a valid argument of the provider: expected one of ${known}`,
        },
      ];
    }
    const wrong = check(text(value));
    return wrong === undefined ? [] : [{ property: name, reason: wrong }];
  });
}

/**
 * Completes the provider's arguments from the environment and pachctl's active context. If there is
 * no address, throws an error that lists the sources that were checked.
 */
export function readSettings(config: ValueMap, environment: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) =>
      value === null ? [] : [[name, text(value)]],
    ),
  );
  const context = readPachctlContext(environment);
  const sources = [
    { source: "the provider's argument `address`", address: given.address },
    { source: "PACHYDERM_ADDRESS", address: environment.PACHYDERM_ADDRESS },
    { source: context.source, address: context.address },
  ];
  const found = sources.find(({ address }) => address !== undefined && address !== "");
  if (found?.address === undefined) {
    throw new Error(
      "Pachyderm's address is not set: set the provider's argument `address` or the " +
        "environment variable PACHYDERM_ADDRESS, or select a context with pachctl (checked " +
        `${context.source})`,
    );
  }
  // pachctl's token and certificates belong to the server of its context
  const sameServer = found.address === context.address;
  return {
    address: parseAddress(found.address),
    addressSource: found.source,
    // a token read from a file may end with a line break, which headers cannot contain
    token:
      given.token?.trim() ||
      environment.PACHYDERM_TOKEN?.trim() ||
      (sameServer ? context.token : undefined),
    caCertificate: given.caCertificate ?? (sameServer ? context.caCertificate : undefined),
    project: given.project ?? DEFAULT_PROJECT,
    previewValidation: given.previewValidation === "off" ? "off" : "auto",
    deleteUnreachable: given.deleteUnreachable === "true",
    importHint: given.importHint,
  };
}

interface PachctlContext {
  readonly source: string;
  readonly address?: string;
  readonly token?: string;
  readonly caCertificate?: string;
}

/**
 * Reads the active context of pachctl's configuration file, `PACH_CONFIG` or
 * `~/.pachyderm/config.json`; its fields: pachyderm/pachyderm src/internal/config/config.proto.
 */
function readPachctlContext(environment: NodeJS.ProcessEnv): PachctlContext {
  const file = environment.PACH_CONFIG ?? join(homedir(), ".pachyderm", "config.json");
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { source: file };
    throw new Error(`pachctl's configuration ${file} cannot be read: ${(error as Error).message}`);
  }
  const v2 = parseJson(file, content).v2;
  const name = isMap(v2) ? v2.active_context : undefined;
  const contexts = isMap(v2) && isMap(v2.contexts) ? v2.contexts : {};
  const context = typeof name === "string" ? contexts[name] : undefined;
  const source = `context ${JSON.stringify(name ?? "")} of ${file}`;
  if (!isMap(context)) return { source };
  return {
    source,
    address: stringOrNone(context.pachd_address),
    token: stringOrNone(context.session_token),
    caCertificate: decodeBase64(stringOrNone(context.server_cas)),
  };
}

function parseJson(file: string, content: string): ValueMap {
  try {
    const value: unknown = JSON.parse(content);
    if (isMap(value)) return value;
  } catch {
    // reported below, without the file's contents, which include a token
  }
  throw new Error(`pachctl's configuration ${file} is not a JSON object`);
}

function stringOrNone(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function decodeBase64(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
}

/**
 * The engine passes arguments as strings; a program in another language may send the value itself.
 */
function text(value: Value): string {
  return String(reveal(value));
}

function oneOf(...values: string[]): (text: string) => string | undefined {
  return (found) =>
    values.includes(found) ? undefined : `must be ${values.join(" or ")}, found "${found}"`;
}

function messageOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
