/** The pipelines in pachctl's files. */
import { isUtf8 } from "node:buffer";
import { statSync } from "node:fs";
import { readUserFile } from "../../../command-line/read-user-file";
import type { PropertyPath } from "../../../providers/kit/property-path";
import { isMap, type ValueMap } from "../../../providers/kit/values";
import { readJson } from "./json-text";
import { formatPlace, type Located, locate, ReadError } from "./located";
import { readYaml } from "./yaml-text";

/** A pipeline as somebody wrote it. */
export interface FoundSpec {
  readonly spec: ValueMap;
  /** Where a part of it is, for messages. */
  readonly placeOf: (path: PropertyPath) => string;
  /** Whether it is what the server runs, rather than a file. */
  readonly isLive: boolean;
}

/** The argument that means standard input. */
export const STDIN = "-";

/** Whether an argument is a file; other arguments are names of pipelines. */
export function isFile(argument: string): boolean {
  if (argument === STDIN || /\.(json|ya?ml|jsonnet)$/i.test(argument)) return true;
  // a folder may have the name of a pipeline
  return statSync(argument, { throwIfNoEntry: false })?.isDirectory() === false;
}

const MB = 1_000_000;
const LARGEST = 10 * MB;

/** Whether an argument is a folder rather than the name of a pipeline. */
export function isFolder(argument: string): boolean {
  return statSync(argument, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Reads a file, or standard input. */
export function readPipelineFile(file: string): FoundSpec[] {
  if (/\.jsonnet$/i.test(file)) {
    throw new Error(
      `${file} is a template: render it first (\`jsonnet ${file} > pipeline.json\`), and pass the result`,
    );
  }
  const name = file === STDIN ? "standard input" : file;
  return readPipelines(readText(file, name), name);
}

function readText(file: string, name: string): string {
  const content = readUserFile(file === STDIN ? 0 : file);
  if (content.length > LARGEST) {
    const size = `${Math.ceil(content.length / MB)} MB`;
    throw new Error(
      `${name} has ${size}; a file with pipelines has at most ${LARGEST / MB} MB: split it into several files`,
    );
  }
  if (!isUtf8(content) || content.includes(0)) {
    throw new Error(`${name} is not text in UTF-8: convert it first, or pass another file`);
  }
  return content.toString("utf8").replace(/^\ufeff/, "");
}

/** The pipelines of a text: objects, lists of them, and several of both one behind the other. */
export function readPipelines(text: string, name: string): FoundSpec[] {
  const place = (offset: number) => formatPlace(name, text, offset);
  try {
    const isJson = /\.json$/i.test(name) || (!/\.ya?ml$/i.test(name) && /^\s*[{[]/.test(text));
    const documents = isJson ? readJson(text) : readYaml(text);
    const found = documents.flatMap((document) => itemsOf(document));
    if (found.length === 0) throw new Error(`${name}: has no pipeline`);
    return found.map((located) => ({
      spec: requireSpec(located),
      placeOf: (path) => place(locate(located, path).offset),
      isLive: false,
    }));
  } catch (error) {
    if (error instanceof ReadError) throw new Error(`${place(error.offset)}: ${error.message}`);
    throw error;
  }
}

function itemsOf(document: Located): Located[] {
  return Array.isArray(document.value) ? [...(document.inside?.values() ?? [])] : [document];
}

function requireSpec({ value, offset }: Located): ValueMap {
  if (!isMap(value)) throw new ReadError("expected a pipeline, which is an object", offset);
  // what pachctl prints without --spec
  if (
    ["userSpecJson", "user_spec_json", "effectiveSpecJson", "details"].some((key) => key in value)
  ) {
    throw new ReadError(
      "is what `pachctl inspect pipeline` prints of a pipeline, not its spec: pass the pipeline's name instead",
      offset,
    );
  }
  return value;
}
