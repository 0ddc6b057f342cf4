import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * A command `pulumi` that responds from files and records its calls: what scripts need of the CLI.
 */
export class FakePulumi {
  readonly folder = mkdtempSync(join(tmpdir(), "fake-pulumi-"));

  constructor() {
    const program = join(this.folder, "pulumi");
    // the response to `pulumi a b --stack c/d` is the file `a-b-c_d`, else `a-b`
    const script = `#!/bin/sh
cd "${this.folder}"
echo "$*" >> calls
stack=; previous=
for word; do [ "$previous" = --stack ] && stack=$word; previous=$word; done
while case $stack in */*) ;; *) false ;; esac; do stack=\${stack%%/*}_\${stack#*/}; done
for name in "$1-$2-$stack" "$1-$2" "$1"; do
  [ -f "$name.error-once" ] && { cat "$name.error-once" >&2; rm "$name.error-once"; exit 1; }
  [ -f "$name.error" ] && { cat "$name.error" >&2; exit 1; }
  [ -f "$name" ] && exec cat "$name"
done
echo "error: no answer to $*" >&2; exit 1
`;
    writeFileSync(program, script);
    chmodSync(program, 0o755);
    writeFileSync(join(this.folder, "calls"), "");
  }

  /** Sets the response to a call, such as `stack export` of a stack. */
  answer(call: string, answer: unknown, stack = ""): void {
    writeFileSync(join(this.folder, fileOf(call, stack)), JSON.stringify(answer));
  }

  /** Lets a call succeed without output. */
  accept(call: string): void {
    writeFileSync(join(this.folder, fileOf(call, "")), "");
  }

  /** Lets a call fail with this message. */
  fail(call: string, message: string, stack = ""): void {
    appendFileSync(join(this.folder, `${fileOf(call, stack)}.error`), `error: ${message}\n`);
  }

  /** Lets only the next call fail. */
  failOnce(call: string, message: string, stack = ""): void {
    writeFileSync(join(this.folder, `${fileOf(call, stack)}.error-once`), `error: ${message}\n`);
  }

  /** The calls so far, as command lines. */
  calls(): string[] {
    return readFileSync(join(this.folder, "calls"), "utf8").split("\n").slice(0, -1);
  }

  forgetCalls(): void {
    rmSync(join(this.folder, "calls"));
  }

  /** The environment of a script that uses it. */
  environment(): NodeJS.ProcessEnv {
    return { PATH: [this.folder, process.env.PATH].join(delimiter) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function fileOf(call: string, stack: string): string {
  const name = call.replace(" ", "-");
  return stack === "" ? name : `${name}-${stack.replaceAll("/", "_")}`;
}
