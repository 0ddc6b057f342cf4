import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../command-line/repository";
import { buildPlugins } from "../../scripts/build";

/** What does not belong to the program, or is linked. */
const LEFT_OUT = /^(\.git|\.sandbox|node_modules|test|docs|bench|dist|Pulumi\.sandbox.*\.yaml)$/;

/** A copy of the program, for tests of commands that write into it. */
export class ProgramCopy {
  private constructor(readonly folder: string) {}

  /** With the plugins, unless nothing starts them. */
  static async make({ plugins = true } = {}): Promise<ProgramCopy> {
    if (plugins) await buildPlugins();
    const copy = mkdtempSync(join(tmpdir(), "program-"));
    for (const name of readdirSync(repository)) {
      if (!LEFT_OUT.test(name))
        cpSync(join(repository, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
    return new ProgramCopy(copy);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
