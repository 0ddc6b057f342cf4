import { posix } from "node:path";
import { NotUnderstood } from "./syntax";

/** The files that a command reads and writes. Contents are text with one character per byte. */
export interface World {
  readonly files: Map<string, string>;
  /** Folders that exist even if they are empty. */
  readonly folders: Set<string>;
  /** How long the code has taken so far; only `sleep` takes time. */
  seconds: number;
}

export interface Result {
  readonly status: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

type Run = (world: World, args: readonly string[], stdin: string) => Result;

const DONE: Result = { status: 0 };
const failed = (stderr: string): Result => ({ status: 1, stderr: `${stderr}\n` });

export const isFolder = ({ files, folders }: World, path: string) =>
  folders.has(path) || [...files.keys()].some((file) => file.startsWith(`${path}/`));

/** The direct children of a folder, by name. */
export function namesIn({ files, folders }: World, path: string): string[] {
  const prefix = path === "/" ? "/" : `${path}/`;
  const below = [...files.keys(), ...folders].filter((one) => one.startsWith(prefix));
  return [...new Set(below.map((one) => one.slice(prefix.length).split("/")[0] ?? ""))]
    .filter((name) => name !== "")
    .sort();
}

function read(world: World, paths: readonly string[], stdin: string): Result & { stdout: string } {
  let stdout = paths.length === 0 ? stdin : "";
  for (const path of paths) {
    const content = path === "-" ? stdin : world.files.get(posix.normalize(path));
    if (content === undefined) return { ...failed(`${path}: No such file or directory`), stdout };
    stdout += content;
  }
  return { status: 0, stdout };
}

function grep(world: World, args: readonly string[], stdin: string): Result {
  const options = args.filter((arg) => arg.startsWith("-"));
  if (options.some((option) => !/^-[qsvi]+$/.test(option))) throw new NotUnderstood("grep");
  const letters = options.join("");
  const [pattern = "", ...paths] = args.filter((arg) => !arg.startsWith("-"));
  const test = new RegExp(pattern, letters.includes("i") ? "i" : "");
  const found: string[] = [];
  let missing = false;
  for (const path of paths.length === 0 ? ["-"] : paths) {
    const content = path === "-" ? stdin : world.files.get(posix.normalize(path));
    if (content === undefined) missing = true;
    const lines = (content ?? "")
      .split("\n")
      .filter((line, at, all) => line !== "" || at < all.length - 1);
    const wanted = lines.filter((line) => test.test(line) !== letters.includes("v"));
    found.push(...wanted.map((line) => (paths.length > 1 ? `${path}:${line}` : line)));
  }
  const status = found.length > 0 ? 0 : missing ? 2 : 1;
  if (letters.includes("q")) return { status };
  return { status, stdout: found.map((line) => `${line}\n`).join("") };
}

function copy(world: World, args: readonly string[]): Result {
  const paths = args.filter((arg) => !/^-[rRaf]+$/.test(arg)).map((path) => posix.normalize(path));
  const to = paths.pop()?.replace(/(.)\/$/, "$1");
  if (to === undefined || paths.length === 0) return failed("cp: missing file operand");
  const into = isFolder(world, to);
  for (const from of paths) {
    const target = into ? posix.join(to, posix.basename(from)) : to;
    const below = [...world.files].filter(
      ([path]) => path === from || path.startsWith(from.replace(/\/?$/, "/")),
    );
    if (below.length === 0 && !isFolder(world, from))
      return failed(`cp: cannot stat '${from}': No such file or directory`);
    for (const [path, content] of below)
      world.files.set(posix.normalize(`${target}${path.slice(from.length)}`), content);
  }
  return DONE;
}

function test(world: World, args: readonly string[]): Result {
  const [left = "", operator, right = ""] = args;
  if (left === "!") return { status: test(world, args.slice(1)).status === 0 ? 1 : 0 };
  const path = posix.normalize(operator ?? "");
  const unary: Readonly<Record<string, () => boolean>> = {
    "-e": () => world.files.has(path) || isFolder(world, path),
    "-f": () => world.files.has(path),
    "-s": () => (world.files.get(path) ?? "") !== "",
    "-d": () => isFolder(world, path),
    "-n": () => operator !== "",
    "-z": () => operator === "",
  };
  const binary: Readonly<Record<string, boolean>> = {
    "=": left === right,
    "==": left === right,
    "!=": left !== right,
    "-eq": Number(left) === Number(right),
    "-ne": Number(left) !== Number(right),
    "-gt": Number(left) > Number(right),
    "-ge": Number(left) >= Number(right),
    "-lt": Number(left) < Number(right),
    "-le": Number(left) <= Number(right),
  };
  const holds =
    args.length === 1
      ? left !== ""
      : args.length === 2
        ? unary[left]?.()
        : args.length === 3
          ? binary[operator ?? ""]
          : undefined;
  if (holds === undefined) throw new NotUnderstood("test");
  return { status: holds ? 0 : 1 };
}

function list(world: World, args: readonly string[]): Result {
  if (args.some((arg) => arg.startsWith("-") && !/^-1+$/.test(arg))) throw new NotUnderstood("ls");
  const paths = args.filter((arg) => !arg.startsWith("-"));
  const names: string[] = [];
  for (const path of paths.length === 0 ? ["/"] : paths) {
    const clean = posix.normalize(path).replace(/(.)\/$/, "$1");
    if (world.files.has(clean)) names.push(path);
    else if (isFolder(world, clean)) names.push(...namesIn(world, clean));
    else return { ...failed(`ls: cannot access '${path}': No such file or directory`), status: 2 };
  }
  return { status: 0, stdout: names.map((name) => `${name}\n`).join("") };
}

function printf(_world: World, [format = "", ...args]: readonly string[]): Result {
  const rest = [...args];
  const stdout = format
    .replace(/\\n/g, "\n")
    .replace(/\\t/g, "\t")
    .replace(/%[sd]/g, () => rest.shift() ?? "");
  if (/%[^%]/.test(format.replace(/%[sd]/g, ""))) throw new NotUnderstood("printf");
  return { status: 0, stdout };
}

function sleep(world: World, args: readonly string[]): Result {
  for (const arg of args) {
    if (!/^\d+(\.\d+)?$/.test(arg)) throw new NotUnderstood("sleep");
    world.seconds += Number(arg);
  }
  return DONE;
}

/** The commands that the sandbox's workers support, by name. */
export const COMMANDS: Readonly<Record<string, Run>> = {
  true: () => DONE,
  ":": () => DONE,
  false: () => ({ status: 1 }),
  echo: (_world, args) => {
    const [first, ...rest] = args;
    return first === "-n"
      ? { status: 0, stdout: rest.join(" ") }
      : { status: 0, stdout: `${args.join(" ")}\n` };
  },
  printf,
  cat: (world, args, stdin) => read(world, args, stdin),
  cp: copy,
  grep,
  ls: list,
  sleep,
  test,
  "[": (world, args) => test(world, args.slice(0, -1)),
  basename: (_world, [path = ""]) => ({ status: 0, stdout: `${posix.basename(path)}\n` }),
  dirname: (_world, [path = ""]) => ({ status: 0, stdout: `${posix.dirname(path)}\n` }),
  mkdir: (world, args) => {
    for (const path of args)
      if (!path.startsWith("-")) world.folders.add(posix.normalize(path).replace(/(.)\/$/, "$1"));
    return DONE;
  },
  touch: (world, args) => {
    for (const path of args)
      if (!world.files.has(posix.normalize(path))) world.files.set(posix.normalize(path), "");
    return DONE;
  },
};
