/** Reads the pipelines in pachctl's files. */
import { isUtf8 } from "node:buffer";
import { statSync } from "node:fs";
import { readUserFile } from "../../../command-line/read-user-file";
import type { PropertyPath } from "../../../providers/kit/property-path";
import { isMap, type ValueMap } from "../../../providers/kit/values";
import { readJson } from "./json-text";
import { formatPlace, type Located, locate, ReadError } from "./located";
import { readYaml } from "./yaml-text";

/** A pipeline as its author wrote it. */
export interface FoundSpec {
  readonly spec: ValueMap;
  /** The position of a part of it, for messages. */
  readonly placeOf: (path: PropertyPath) => string;
  /** Whether it is running on the server, rather than read from a file. */
  readonly isLive: boolean;
}

/** The argument that means standard input. */
export const STDIN = "-";

/** Whether an argument is a file; other arguments are names of pipelines. */
export function isFile(argument: string): boolean {
  if (argument === STDIN || /\.(json|ya?ml|jsonnet)$/i.test(argument)) return true;
  // a folder and a pipeline may have the same name
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
      `${name} is ${size}, but a pipeline file may be at most ${LARGEST / MB} MB: split it into several files`,
    );
  }
  if (!isUtf8(content) || content.includes(0)) {
    throw new Error(`${name} is not UTF-8 text: convert it first, or pass a different file`);
  }
  return content.toString("utf8").replace(/^\ufeff/, "");
}

/** The pipelines in a text: objects, lists of objects, or a sequence of both. */
export function readPipelines(text: string, name: string): FoundSpec[] {
  const place = (offset: number) => formatPlace(name, text, offset);
  try {
    const isJson = /\.json$/i.test(name) || (!/\.ya?ml$/i.test(name) && /^\s*[{[]/.test(text));
    const documents = isJson ? readJson(text) : readYaml(text);
    const found = documents.flatMap((document) => itemsOf(document));
    if (found.length === 0) throw new Error(`${name} contains no pipelines`);
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
  if (!isMap(value)) throw new ReadError("expected an object with a pipeline", offset);
  // the output of pachctl without --spec
  if (
    ["userSpecJson", "user_spec_json", "effectiveSpecJson", "details"].some((key) => key in value)
  ) {
    throw new ReadError(
      "is the output of `pachctl inspect pipeline`, not a pipeline spec: pass the pipeline's name instead",
      offset,
    );
  }
  return value;
}
