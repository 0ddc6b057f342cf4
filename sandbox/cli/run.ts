import { untilInterrupted } from "../../command-line/interruption";
import { Progress } from "../../command-line/progress";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox";
import { serviceTable } from "./status";

/** Starts a sandbox and keeps it running until the user interrupts it. Returns the exit code. */
export async function runSandbox(options: SandboxOptions & { name: string }): Promise<number> {
  const interruption = untilInterrupted();
  const progress = new Progress();
  const { name } = options;
  try {
    const sandbox = await startSandbox({ ...options, progress, signal: interruption.signal });
    process.stdout.write(
      [
        ...describeSandbox(sandbox),
        "To use it, in another shell:",
        `  eval "$(npm run --silent sandbox -- env${nameOption(name)})"`,
        "  pulumi preview",
        "Press Ctrl-C to stop it; its state is kept for the next start.",
        "",
      ].join("\n"),
    );
    await interruption.happened;
    await progress.during(`stopping sandbox "${name}"`, () => sandbox.stop());
    return 0;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress.say(`sandbox "${name}": interrupted; all of its processes have ended`);
    return 130;
  }
}

/** The services with their addresses and the engine's plugins, one line each. */
export function describeSandbox(sandbox: Sandbox): string[] {
  return [
    `Sandbox "${sandbox.name}" is running:`,
    ...serviceTable(sandbox.services().map((service) => ({ ...service, runs: true }))),
    ...Object.entries(sandbox.plugins).map(
      ([provider, origin]) => `  ${provider} plugin: ${origin}`,
    ),
  ];
}

function nameOption(name: string): string {
  return name === "sandbox" ? "" : ` --name ${name}`;
}
