import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isMap, isUnknown, reveal, type Value, type ValueMap } from "../../../kit/values";
import { type Address, parseAddress } from "../api/address";

/** How to reach Pachyderm, from the provider's arguments and what the machine knows. */
export interface Settings {
  readonly address: Address;
  /** Where the address came from, for messages. */
  readonly addressSource: string;
  readonly token: string | undefined;
  /** PEM certificates of a private authority. */
  readonly caCertificate: string | undefined;
  /** The project of resources that name none. */
  readonly project: string;
  readonly previewValidation: "auto" | "off";
  readonly deleteUnreachable: boolean;
  /** What messages say to do about a thing that exists already. */
  readonly importHint?: string | undefined;
}

/** The provider's arguments: name → what is wrong with a value, if anything. */
const ARGUMENTS: Readonly<Record<string, (text: string) => string | undefined>> = {
  address: (text) => messageOf(() => parseAddress(text)),
  token: (text) => (text.trim() === "" ? "must not be empty: leave it out instead" : undefined),
  caCertificate: (text) =>
    text.includes("-----BEGIN CERTIFICATE-----")
      ? undefined
      : "must be PEM text with -----BEGIN CERTIFICATE-----, not a file's name",
  project: (text) => (text === "" ? "must not be empty: leave it out instead" : undefined),
  previewValidation: oneOf("auto", "off"),
  deleteUnreachable: oneOf("true", "false"),
  importHint: (text) => (text === "" ? "must not be empty: leave it out instead" : undefined),
};

/** Arguments that the engine itself adds. */
const ENGINE_ARGUMENTS = ["version", "pluginDownloadURL"];

/** Checks the provider's arguments; what is not known yet passes. */
export function checkSettings(config: ValueMap): { property: string; reason: string }[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (ENGINE_ARGUMENTS.includes(name) || isUnknown(value) || value === null) return [];
    const check = ARGUMENTS[name];
    if (check === undefined) {
      const known = Object.keys(ARGUMENTS).join(", ");
      return [{ property: name, reason: `is no argument of the provider; there are ${known}` }];
    }
    const wrong = check(text(value));
    return wrong === undefined ? [] : [{ property: name, reason: wrong }];
  });
}

/**
 * Completes the provider's arguments with the environment and pachctl's active context. Throws an
 * error that names the places where an address was looked for, if there is none.
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
      "No address of Pachyderm: set the provider's argument `address` or the environment " +
        `variable PACHYDERM_ADDRESS, or select a context with pachctl (looked in ${context.source})`,
    );
  }
  // pachctl's token and authorities belong to the server of its context
  const sameServer = found.address === context.address;
  return {
    address: parseAddress(found.address),
    addressSource: found.source,
    // a token that was read from a file may end with a line break, which no header can have
    token:
      given.token?.trim() ||
      environment.PACHYDERM_TOKEN?.trim() ||
      (sameServer ? context.token : undefined),
    caCertificate: given.caCertificate ?? (sameServer ? context.caCertificate : undefined),
    project: given.project ?? "default",
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
    throw new Error(`pachctl's configuration ${file} can't be read: ${(error as Error).message}`);
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
    // told below, without the file's content: it holds a token
  }
  throw new Error(`pachctl's configuration ${file} is not a JSON object`);
}

function stringOrNone(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function decodeBase64(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
}

/** The engine hands arguments over as text; a program in another language may send the value. */
function text(value: Value): string {
  return String(reveal(value));
}

function oneOf(...values: string[]): (text: string) => string | undefined {
  return (found) =>
    values.includes(found) ? undefined : `is "${found}"; it must be ${values.join(" or ")}`;
}

function messageOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
