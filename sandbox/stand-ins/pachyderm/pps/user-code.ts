import { createHash } from "node:crypto";
import type { Work } from "../call";
import type { Datum } from "../datums/datum";
import type { CodeOutcome } from "../settings";
import type { World } from "../shell/commands";
import { type Finished, runCommand, runScript } from "../shell/run";
import { NotUnderstood } from "../shell/syntax";
import type { PipelineSpec } from "./spec";

interface Transform {
  readonly image?: string;
  readonly cmd?: readonly string[];
  readonly stdin?: readonly string[];
  readonly errCmd?: readonly string[];
  readonly errStdin?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly acceptReturnCode?: readonly string[];
}

export interface DatumOutcome {
  readonly state: "SUCCESS" | "FAILED" | "RECOVERED";
  readonly seconds: number;
  /** The files that it wrote: contents by path. */
  readonly outputs: ReadonlyMap<string, Buffer>;
}

export const transformOf = (spec: PipelineSpec) => (spec.transform ?? {}) as unknown as Transform;

const SHELL = /^(.*\/)?(ba|da|z|k)?sh$/;
const OUT = "/pfs/out";

/**
 * The result of a pipeline's code for a datum. Images cannot run here: `sh` and a few commands are
 * supported (`shell/run.ts`), `settings.runCode` may support more, and any other code writes one
 * file named after the datum, with a hash of the datum's files and of the code: the result is the
 * same if and only if files and code are.
 *
 * @param mounted the contents of the datum's files by the path where the code reads them.
 */
export function processDatum(
  work: Work,
  {
    pipeline,
    spec,
    job,
  }: { readonly pipeline: string; readonly spec: PipelineSpec; readonly job: string },
  datum: Datum,
  mounted: ReadonlyMap<string, Buffer>,
): DatumOutcome {
  const transform = transformOf(spec);
  const { cmd = [], stdin = [], acceptReturnCode = [] } = transform;
  const files = new Map([...mounted].map(([path, content]) => [path, content.toString("latin1")]));
  const env = {
    ...transform.env,
    PACH_JOB_ID: job,
    PACH_OUTPUT_COMMIT_ID: job,
    PACH_DATUM_ID: datum.id,
  };
  const known = work.settings.runCode({ pipeline, cmd, stdin, files: Object.fromEntries(files) });
  const {
    exitCode,
    seconds = 0,
    ...ran
  } = known ?? run({ cmd, stdin, files, env }) ?? opaque(datum, transform);
  const limit = secondsOf(spec.datumTimeout);
  const timedOut = seconds > limit;
  if (!timedOut && (exitCode === 0 || acceptReturnCode.map(Number).includes(exitCode)))
    return { state: "SUCCESS", seconds, outputs: outputsOf(ran.files ?? {}) };
  const tries = Number(spec.datumTries ?? 3);
  const recovers = errCmdSucceeds(transform, files, env);
  return {
    state: recovers ? "RECOVERED" : "FAILED",
    seconds: Math.min(seconds, limit) * tries,
    outputs: new Map(),
  };
}

function errCmdSucceeds(
  { errCmd = [], errStdin = [] }: Transform,
  files: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string>>,
): boolean {
  if (errCmd.length === 0) return false;
  return (run({ cmd: errCmd, stdin: errStdin, files, env })?.exitCode ?? 0) === 0;
}

/** Undefined if the shell does not support the code. */
function run(code: {
  readonly cmd: readonly string[];
  readonly stdin: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string>>;
}): CodeOutcome | undefined {
  const world: World = { files: new Map(code.files), folders: new Set([OUT]), seconds: 0 };
  try {
    const { status } = runIn(world, code);
    const written = [...world.files].filter(([path]) => path.startsWith(`${OUT}/`));
    const files = Object.fromEntries(written.map(([path, text]) => [path.slice(OUT.length), text]));
    return { exitCode: status, files, seconds: world.seconds };
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

function runIn(
  world: World,
  {
    cmd,
    stdin,
    env,
  }: {
    readonly cmd: readonly string[];
    readonly stdin: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  },
): Finished {
  const [name = "", ...args] = cmd;
  if (!SHELL.test(name)) return runCommand(world, cmd);
  const options = args.filter((arg) => arg.startsWith("-"));
  if (options.some((option) => !/^-[ec]+$/.test(option))) throw new NotUnderstood(name);
  const letters = options.join("");
  const [script] = args.filter((arg) => !arg.startsWith("-"));
  if (script !== undefined && !letters.includes("c")) throw new NotUnderstood(script);
  const text = letters.includes("c") ? (script ?? "") : stdin.join("\n");
  return runScript(world, text, env, { exitOnError: letters.includes("e") });
}

function opaque(datum: Datum, { image, cmd, stdin }: Transform): CodeOutcome {
  const hashes = datum.files.map(({ hash }) => hash);
  const of = JSON.stringify([hashes, image, cmd, stdin]);
  const hash = createHash("sha256").update(of).digest("hex");
  return { exitCode: 0, files: { [`/${datum.id}`]: `${hash}\n` } };
}

const outputsOf = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, "latin1")]));

/** A duration as protojson prints it; none: no limit. */
export const secondsOf = (duration: unknown): number =>
  typeof duration === "string" && duration !== ""
    ? Number.parseFloat(duration)
    : Number.POSITIVE_INFINITY;
