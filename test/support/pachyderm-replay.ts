import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One call of a recording, with the real server's response. */
export interface RecordedStep {
  /** The part to which it belongs, in recordings that sometimes continue with a fresh server. */
  readonly section?: string;
  readonly step: string;
  readonly rpc: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly response: {
    readonly status: number;
    readonly contentType: string | null;
    readonly body: unknown;
    /** How many more rows the response had. */
    readonly omitted?: number;
  };
}

export function readRecording(name: string): readonly RecordedStep[] {
  const path = join(__dirname, "../fixtures/pachyderm", name);
  return (JSON.parse(readFileSync(path, "utf8")) as { steps: RecordedStep[] }).steps;
}

const ID = /\b[0-9a-f]{32}\b/g;
const FOUND_BY_FORM = /\b[0-9a-f]{32}\b|\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** Fields that depend on the build or installation, not on the server's behaviour. */
const BUILD_FIELDS = ["goVersion", "platform", "deploymentId"];
/** Fields that depend on the machine or the image. */
const SHAPE_FIELDS = ["imageId", "workerId"];
const DURATION = /^\d+(\.\d+)?s$/;
/** Lists that the server sends in no fixed order. */
const UNORDERED_FIELDS = ["provenance", "subvenance", "directProvenance", "directSubvenance"];

/**
 * Compares responses with recorded ones. Ids differ between two runs, but consistently: where the
 * recording repeats an id, the responses must repeat theirs.
 */
export class Comparison {
  readonly #actualOf = new Map<string, string>();
  readonly #recordedOf = new Map<string, string>();
  /** What the recording names. */
  readonly #named = new Map<string, string>();
  readonly #hashes = new Map<string, string>();
  readonly #recordedHashes = new Map<string, string>();

  /** Declares that what the recording calls `recorded` is called `actual` here. */
  pair(recorded: string, actual: string): void {
    if (recorded.replace(FOUND_BY_FORM, "") !== "") this.#named.set(recorded, actual);
    this.#actualOf.set(recorded, actual);
    this.#recordedOf.set(actual, recorded);
  }

  /** A recorded request, with the ids of this run. */
  translate<T>(recorded: T): T {
    // ids with a recognizable format are not searched one by one, because there are many
    const known = JSON.stringify(recorded).replace(
      FOUND_BY_FORM,
      (one) => this.#actualOf.get(one) ?? one,
    );
    const text = [...this.#named].reduce(
      (translated, [from, to]) => translated.replaceAll(from, to),
      known,
    );
    return JSON.parse(text) as T;
  }

  /** The differences, one line per place; empty if there are none. */
  differences(recorded: unknown, actual: unknown, path = ""): string[] {
    if (typeof recorded === "string" && typeof actual === "string")
      return this.#stringDifferences(recorded, actual, path);
    if (!isContainer(recorded) || !isContainer(actual)) {
      return Object.is(recorded, actual) ? [] : [difference(path, recorded, actual)];
    }
    if (UNORDERED_FIELDS.some((field) => path.endsWith(`.${field}`)))
      return this.differences(sorted(this.translate(recorded)), sorted(actual), `${path}[]`);
    const keys = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
    return [...keys]
      .filter((key) => !BUILD_FIELDS.includes(key))
      .flatMap((key) => this.differences(recorded[key], actual[key], `${path}.${key}`));
  }

  #stringDifferences(withSpaces: string, text: string, path: string): string[] {
    // protojson puts a space or a no-break space after "proto:", depending on the build
    const [recorded, actual] = [withSpaces, text].map((one) => one.replaceAll("\u00a0", " ")) as [
      string,
      string,
    ];
    if (TIME.test(recorded) && TIME.test(actual)) {
      // pages of lists begin at the time of creation
      if (path.endsWith(".created")) this.pair(recorded, actual);
      return [];
    }
    // durations differ, but not whether they are zero
    if (DURATION.test(recorded) && DURATION.test(actual) && path.includes(".stats."))
      return (recorded === "0s") === (actual === "0s") ? [] : [difference(path, recorded, actual)];
    if (
      SHAPE_FIELDS.some((field) => path.endsWith(`.${field}`)) &&
      recorded !== "" &&
      actual !== ""
    )
      return [];
    if (path.endsWith(".hash")) return this.#hashDifferences(recorded, actual, path);
    if (path.endsWith("Json") && !path.endsWith("userSpecJson"))
      return this.differences(JSON.parse(recorded), JSON.parse(actual), path);
    const translated = this.#matchIds(recorded, actual);
    return translated === actual ? [] : [difference(path, translated, actual)];
  }

  /** Files contain ids of jobs, so hashes are compared like ids. */
  #hashDifferences(recorded: string, actual: string, path: string): string[] {
    if (!this.#hashes.has(recorded) && !this.#recordedHashes.has(actual)) {
      this.#hashes.set(recorded, actual);
      this.#recordedHashes.set(actual, recorded);
    }
    const expected = this.#hashes.get(recorded) ?? recorded;
    return expected === actual ? [] : [difference(path, expected, actual)];
  }

  /** The recorded text with the ids of this run; new ids are paired. */
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
  const texts = Object.values(list).map((item) => JSON.stringify(item));
  return [...texts].sort() as unknown as Record<string, unknown>;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function difference(path: string, recorded: unknown, actual: unknown): string {
  return `${path}: recorded ${JSON.stringify(recorded)}, answered ${JSON.stringify(actual)}`;
}

/** Fails if a table names a step that is not in the recording. */
export function assertStepsExist(steps: readonly RecordedStep[], names: Iterable<string>): void {
  const known = new Set(steps.map(({ step }) => step));
  for (const name of names) assert.ok(known.has(name), `no step is called ${JSON.stringify(name)}`);
}
