import { isObject, type Json } from "../spec/json";

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** Applies an RFC 6902 patch. @throws Error with the message of github.com/evanphx/json-patch. */
export function applyPatch(document: Json, operations: Json): Json {
  if (!Array.isArray(operations))
    throw new Error("json: cannot unmarshal into Go value of type jsonpatch.Patch");
  return (operations as readonly Operation[]).reduce(applyOperation, document);
}

function applyOperation(document: Json, operation: Operation): Json {
  const { op, path, from = "", value = null } = operation;
  switch (op) {
    case "add":
      return put(document, path, value, op);
    case "replace":
      get(document, path, op);
      return put(remove(document, path, op), path, value, op);
    case "remove":
      return remove(document, path, op);
    case "move":
      return put(remove(document, from, op), path, get(document, from, op), op);
    case "copy":
      return put(document, path, get(document, from, op), op);
    case "test":
      if (JSON.stringify(get(document, path, op)) === JSON.stringify(value)) return document;
      throw new Error(`testing value ${path} failed: test failed`);
    default:
      throw new Error(`Unexpected kind: ${op}`);
  }
}

const steps = (path: string) =>
  path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

const missing = (op: string, path: string) =>
  new Error(`${op} operation does not apply: doc is missing path: "${path}": missing value`);

function child(value: Json, step: string): Json | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(step) ? value[Number(step)] : undefined;
  return isObject(value) ? value[step] : undefined;
}

function get(document: Json, path: string, op: string): Json {
  let value: Json | undefined = document;
  for (const step of steps(path)) {
    value = child(value, step);
    if (value === undefined) throw missing(op, path);
  }
  return value;
}

/** The document with its container at the parent of `path` changed. */
function change(
  value: Json,
  path: readonly string[],
  fail: () => Error,
  action: (container: Json, step: string) => Json,
): Json {
  const [step = "", ...rest] = path;
  if (rest.length === 0) return action(value, step);
  const below = child(value, step);
  if (below === undefined) throw fail();
  const changed = change(below, rest, fail, action);
  if (Array.isArray(value)) return value.with(Number(step), changed);
  return { ...(value as object), [step]: changed };
}

function put(document: Json, path: string, value: Json, op: string): Json {
  const fail = () => missing(op, path);
  return change(document, steps(path), fail, (container, step) => {
    if (isObject(container)) return { ...container, [step]: value };
    if (!Array.isArray(container)) throw fail();
    if (step === "-") return [...container, value];
    if (!/^\d+$/.test(step) || Number(step) > container.length) throw fail();
    return container.toSpliced(Number(step), 0, value);
  });
}

function remove(document: Json, path: string, op: string): Json {
  const fail = () => missing(op, path);
  return change(document, steps(path), fail, (container, step) => {
    if (child(container, step) === undefined) throw fail();
    if (Array.isArray(container)) return container.toSpliced(Number(step), 1);
    const { [step]: _, ...rest } = container as Record<string, Json>;
    return rest;
  });
}
