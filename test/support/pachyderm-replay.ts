import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One call of a recording, with the answer of the real server. */
export interface RecordedStep {
  readonly step: string;
  readonly rpc: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly response: {
    readonly status: number;
    readonly contentType: string | null;
    readonly body: unknown;
  };
}

export function readRecording(name: string): readonly RecordedStep[] {
  const path = join(__dirname, "../fixtures/pachyderm", name);
  return (JSON.parse(readFileSync(path, "utf8")) as { steps: RecordedStep[] }).steps;
}

const ID = /\b[0-9a-f]{32}\b/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** Of the build or the installation, not of the server's behaviour. */
const BUILD_FIELDS = ["goVersion", "platform", "deploymentId"];
/** Lists that the server sends in no fixed order. */
const UNORDERED_FIELDS = ["provenance", "subvenance", "directProvenance"];

/**
 * Compares answers with recorded ones. Ids differ between two runs, but not at random: where the
 * recording has one id twice, so must the answers.
 */
export class Comparison {
  readonly #actualOf = new Map<string, string>();
  readonly #recordedOf = new Map<string, string>();

  /** Declares that what the recording calls `recorded` is `actual` here. */
  pair(recorded: string, actual: string): void {
    this.#actualOf.set(recorded, actual);
    this.#recordedOf.set(actual, recorded);
  }

  /** A recorded request, with the ids of this run. */
  translate<T>(recorded: T): T {
    const text = [...this.#actualOf].reduce(
      (translated, [from, to]) => translated.replaceAll(from, to),
      JSON.stringify(recorded),
    );
    return JSON.parse(text) as T;
  }

  /** What differs, one line for each place; empty if nothing does. */
  differences(recorded: unknown, actual: unknown, path = ""): string[] {
    if (typeof recorded === "string" && typeof actual === "string")
      return this.#stringDifferences(recorded, actual, path);
    if (!isContainer(recorded) || !isContainer(actual)) {
      return Object.is(recorded, actual) ? [] : [difference(path, recorded, actual)];
    }
    if (UNORDERED_FIELDS.some((field) => path.endsWith(`.${field}`)))
      return this.differences(sorted(recorded), sorted(actual), `${path}[]`);
    const keys = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
    return [...keys]
      .filter((key) => !BUILD_FIELDS.includes(key))
      .flatMap((key) => this.differences(recorded[key], actual[key], `${path}.${key}`));
  }

  #stringDifferences(withSpaces: string, text: string, path: string): string[] {
    // protojson puts a space or a no-break space after "proto:", by the build
    const [recorded, actual] = [withSpaces, text].map((one) => one.replaceAll("\u00a0", " ")) as [
      string,
      string,
    ];
    if (TIME.test(recorded) && TIME.test(actual)) return [];
    if (path.endsWith("Json") && !path.endsWith("userSpecJson"))
      return this.differences(JSON.parse(recorded), JSON.parse(actual), path);
    const translated = this.#matchIds(recorded, actual);
    return translated === actual ? [] : [difference(path, translated, actual)];
  }

  /** The recorded text with the ids of this run; ids that are met for the first time are paired. */
  #matchIds(recorded: string, actual: string): string {
    const theirs = recorded.match(ID) ?? [];
    const ours = actual.match(ID) ?? [];
    for (const [index, id] of theirs.entries()) {
      const own = ours[index];
      if (own !== undefined && !this.#actualOf.has(id) && !this.#recordedOf.has(own))
        this.pair(id, own);
    }
    return recorded.replace(ID, (id) => this.#actualOf.get(id) ?? id);
  }
}

function sorted(list: Record<string, unknown>): Record<string, unknown> {
  return Object.values(list)
    .map((item) => JSON.stringify(item))
    .sort() as unknown as Record<string, unknown>;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function difference(path: string, recorded: unknown, actual: unknown): string {
  return `${path}: recorded ${JSON.stringify(recorded)}, answered ${JSON.stringify(actual)}`;
}

/** Fails if a table names a step that the recording does not have. */
export function assertStepsExist(steps: readonly RecordedStep[], names: Iterable<string>): void {
  const known = new Set(steps.map(({ step }) => step));
  for (const name of names) assert.ok(known.has(name), `no step is called ${JSON.stringify(name)}`);
}
