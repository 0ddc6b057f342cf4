import { withStack } from "../../config/named-stack";
import { type Check, unchecked } from "./check";
import { type CheckedStack, checkedStack } from "./checked-stack";
import { clusterChecks } from "./checks/cluster";
import { clusterExistingCheck } from "./checks/cluster-existing";
import { clusterPermissionsCheck } from "./checks/cluster-permissions";
import { configurationChecks } from "./checks/configuration";
import { determinedChecks, seldonChecks } from "./checks/determined";
import { googleCloudChecks } from "./checks/google-cloud";
import { pachydermChecks } from "./checks/pachyderm";
import { pachydermExistingCheck } from "./checks/pachyderm-existing";
import { pachydermPermissionsCheck } from "./checks/pachyderm-permissions";
import { toolChecks } from "./checks/tools";
import { withoutSecrets } from "./redact";
import { AREAS, type DoctorReport, type Finding, reportOf } from "./report";
import { runChecks } from "./run-checks";
import { readConfiguration, type StackConfiguration } from "./stack/configuration";
import { type PulumiCli, pulumiCli } from "./stack/pulumi-cli";
import { environmentSecrets } from "./stack/secrets";
import { StackState } from "./stack/state";
import { doctorTable } from "./table";

/** The exit code if a check failed. */
export const CHECK_FAILED = 7;

export interface DoctorOptions {
  /** Prints the report as JSON instead of as a table. Default: false. */
  readonly json?: boolean;
  /** Receives the report. Default: standard output. */
  readonly write?: (text: string) => void;
}

/**
 * Checks what an update of the stack needs, prints the report, and returns the exit code: 0 if
 * nothing failed, otherwise 7.
 *
 * @throws Error with one line if the stack does not exist
 */
export async function runDoctor(stack: string, options: DoctorOptions = {}): Promise<number> {
  const { json = false, write = (text) => process.stdout.write(text) } = options;
  const report = await examine(stack);
  write(json ? `${JSON.stringify(report, null, 2)}\n` : doctorTable(report));
  return report.totals.failed > 0 ? CHECK_FAILED : 0;
}

/** Checks what an update of the stack needs. */
export async function examine(stack: string, cli: PulumiCli = pulumiCli): Promise<DoctorReport> {
  const [configuration, exported] = await Promise.all([
    readConfiguration(stack, cli),
    cli(["stack", "export", "--stack", stack]),
  ]);
  const state = exported.stdout === undefined ? undefined : new StackState(exported.stdout, stack);
  const reading = {
    stack,
    configuration,
    stateProblem: exported.problem,
    resources: state?.size ?? 0,
  };
  const found = await runChecks([
    ...toolChecks({ cli }),
    ...configurationChecks(reading),
    ...systemChecks(stack, configuration, state),
  ]);
  const findings = found.map((finding) => forStack(finding, stack));
  const secrets = [...configuration.secrets, ...environmentSecrets(process.env)];
  return reportOf(stack, withoutSecrets(findings, secrets, configuration.publicText));
}

/** Adds the stack to the commands, because a different stack may be selected. */
export function forStack(finding: Finding, stack: string): Finding {
  const { found, action } = finding;
  return {
    ...finding,
    found: withStack(found, stack),
    action: action && withStack(action, stack),
  };
}

function systemChecks(
  stack: string,
  configuration: StackConfiguration,
  state: StackState | undefined,
): Check[] {
  const { config } = configuration;
  if (config === undefined) return uncheckedSystems();
  const checked = checkedStack(stack, { ...configuration, config }, state);
  return checksOf(checked);
}

/** The checks of the systems, in the order of the report. */
export function checksOf(checked: CheckedStack): Check[] {
  return [
    ...pachydermChecks(checked),
    pachydermPermissionsCheck(checked),
    pachydermExistingCheck(checked),
    ...clusterChecks(checked),
    clusterPermissionsCheck(checked),
    clusterExistingCheck(checked),
    ...googleCloudChecks(checked),
    ...determinedChecks(checked),
    ...seldonChecks(checked),
  ];
}

/** Without a valid configuration, it is not known what to check. */
function uncheckedSystems(): Check[] {
  return AREAS.filter((area) => area !== "tools" && area !== "configuration").map((area) => ({
    area,
    name: "all",
    title: "all checks",
    run: async () => [unchecked("the configuration is not valid: see above")],
  }));
}
