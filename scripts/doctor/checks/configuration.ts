/** Whether the stack exists, its configuration is valid and its secrets can be decrypted. */
import { initCommand } from "../../init-command";
import { NOT_INSTALLED } from "../../pulumi";
import { type Check, failed, type Outcome, passed, unchecked } from "../check";
import type { StackConfiguration } from "../stack/configuration";

/** What is known about a stack. */
export interface StackReading {
  readonly stack: string;
  readonly configuration: StackConfiguration;
  /** Why the state cannot be read. */
  readonly stateProblem: string | undefined;
  /** How many resources the state has. */
  readonly resources: number;
}

export function configurationChecks(reading: StackReading): Check[] {
  const area = "configuration";
  return [
    { area, name: "stack", title: "stack", run: async () => [checkStack(reading)] },
    { area, name: "secrets", title: "secrets", run: async () => [checkSecrets(reading)] },
    { area, name: "valid", title: "keys", run: async () => checkKeys(reading) },
  ];
}

function checkStack({ stack, configuration, stateProblem, resources }: StackReading): Outcome {
  if (stateProblem === undefined) {
    return passed(
      resources === 0
        ? "exists in the backend; nothing has been created yet"
        : `exists in the backend, with ${resources} resources`,
    );
  }
  if (stateProblem === NOT_INSTALLED) return unchecked(`${stateProblem}: see above`);
  if (stateProblem.startsWith("no stack named")) {
    return failed(
      "the backend does not have the stack",
      `log in to the backend that has it (\`pulumi login\`), or run ${initCommand(stack, configuration.secretsProvider)}`,
    );
  }
  return failed(`cannot read the state: ${stateProblem}`, "log in to the backend: `pulumi login`");
}

function checkSecrets({ configuration, stateProblem }: StackReading): Outcome {
  const { undecrypted } = configuration;
  if (undecrypted === undefined) return passed("can be decrypted");
  // without the stack, the CLI does not try to decrypt
  if (stateProblem !== undefined) return unchecked("the stack cannot be read: see above");
  return failed(
    `cannot be decrypted: ${undecrypted}`,
    decryptHint(configuration.secretsProvider, undecrypted),
  );
}

function decryptHint(provider: string | undefined, reason: string): string {
  if (/passphrase/.test(reason)) {
    return "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE in the environment";
  }
  if (provider?.startsWith("gcpkms://")) {
    return `log in with \`gcloud auth application-default login\` as a user with roles/cloudkms.cryptoKeyDecrypter on ${provider}`;
  }
  return `log in to the secrets provider ${provider ?? "of the stack"}, or ask its owner for the permission to decrypt`;
}

/** The problems as a preview reports them, each with its command. */
function checkKeys({ stack, configuration: { problems, undecrypted } }: StackReading): Outcome[] {
  if (problems.length === 0) {
    return [
      passed(
        undecrypted === undefined
          ? "are valid"
          : "are valid, except for the secrets, which were not checked",
      ),
    ];
  }
  return problems.map((problem) => {
    const [, found, command] = /^(.*): (`pulumi config .*`)$/.exec(problem) ?? [];
    return found === undefined || command === undefined
      ? failed(problem, `correct it in Pulumi.${stack}.yaml`)
      : failed(found, `run ${command}`);
  });
}
