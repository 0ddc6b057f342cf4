import { parseArgs } from "../../command-line/parse-args";
import { dnsLabelProblem } from "../../providers/kit/dns-label";
import { parseAddress } from "../../providers/pachyderm/rules";
import { checkName, defaultName } from "../paths";

export type Command =
  | { readonly command: "help" }
  | {
      readonly command: "run";
      readonly name: string;
      readonly pachyderm?: string;
      readonly namespace?: string;
      readonly kubeconfig?: string;
    }
  | { readonly command: "env" | "status"; readonly name: string }
  | {
      readonly command: "down";
      readonly name: string;
      readonly wipe: boolean;
      readonly yes: boolean;
    }
  | { readonly command: "start" | "stop"; readonly name: string; readonly service: string }
  | {
      readonly command: "put";
      readonly name: string;
      readonly repo: string;
      readonly files: readonly string[];
    };

export const usage = `usage: npm run sandbox -- [COMMAND] [--name NAME]

A sandbox is a Kubernetes API server, stand-ins for Pachyderm and for the bucket service of Google
Cloud, and a Pulumi stack that uses them. Several can run side by side under different names.

  (none)         start it and keep it running until Ctrl-C; its state is kept
    --kubeconfig FILE     use a real cluster instead of the sandbox's own
    --pachyderm ADDRESS   use a real Pachyderm instead of the stand-in; requires --kubeconfig,
                          because it looks for the pipeline Secret in its own cluster
    --namespace NAME      the namespace where Pachyderm looks for it (default: that of
                          pachyderm.namespace in Pulumi.NAME.yaml, initially "default")
  env            print the environment for a shell: eval "$(npm run --silent sandbox -- env)"
                 In that shell, pulumi then sees only the sandbox's stacks
  status         show its services; exits with 0 if all are running
  stop SERVICE   stop one service (etcd, kube-apiserver, kube-controller-manager, pachyderm, gcs)
  start SERVICE  start it again, with the same port and data
  put REPO FILE… put files into the branch master of a repo of the sandbox's Pachyderm, such as
                 dogs-and-cats or PROJECT/dogs-and-cats; each pipeline that reads it runs a job
  down           stop it; its state is kept for the next start
    --wipe       also delete .sandbox/NAME and Pulumi.NAME.yaml; if you created other stacks in it,
                 asks first, because their state is deleted, too
    --yes        do not ask

  --name NAME    default "${defaultName}"; starts with "sandbox", contains a-z, 0-9 and -
`;

/** Parses the command line; refuses unknown arguments. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: "string", default: defaultName },
      pachyderm: { type: "string" },
      namespace: { type: "string" },
      kubeconfig: { type: "string" },
      wipe: { type: "boolean" },
      yes: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return { command: "help" };
  const { wipe, yes, pachyderm, namespace, kubeconfig } = values;
  const name = checkName(values.name);
  const [command = "run", ...rest] = positionals;
  refuse(wipe !== undefined && command !== "down", "--wipe is only valid with `down`");
  refuse(yes !== undefined && wipe === undefined, "--yes is only valid with `down --wipe`");
  refuse(
    pachyderm !== undefined && command !== "run",
    "--pachyderm is only valid when starting a sandbox",
  );
  refuse(
    namespace !== undefined && command !== "run",
    "--namespace is only valid when starting a sandbox",
  );
  refuse(
    kubeconfig !== undefined && command !== "run",
    "--kubeconfig is only valid when starting a sandbox",
  );

  if (command === "put") return putCommand(name, rest);
  const [service] = rest;
  const takesService = command === "start" || command === "stop";
  refuse(takesService && service === undefined, `\`${command}\` requires the name of a service`);
  refuse(rest.length > (takesService ? 1 : 0), `unexpected argument "${rest.at(-1)}"`);
  switch (command) {
    case "run":
      checkPachyderm(pachyderm, kubeconfig);
      checkNamespace(namespace);
      return { command, name, pachyderm, namespace, kubeconfig };
    case "env":
    case "status":
      return { command, name };
    case "down":
      return { command, name, wipe: wipe ?? false, yes: yes ?? false };
    case "start":
    case "stop":
      return { command, name, service: service ?? "" };
    default:
      throw new Error(`unknown command "${command}"; see npm run sandbox -- --help`);
  }
}

function putCommand(name: string, [repo = "", ...files]: readonly string[]): Command {
  refuse(repo === "" || files.length === 0, "`put` requires the name of a repo and files");
  refuse(
    !/^([\w-]+\/)?[\w-]+$/.test(repo),
    `"${repo}" is not a valid repo: write REPO or PROJECT/REPO`,
  );
  return { command: "put", name, repo, files };
}

function checkPachyderm(address: string | undefined, kubeconfig: string | undefined): void {
  if (address === undefined) return;
  try {
    parseAddress(address);
  } catch (error) {
    throw new Error(`--pachyderm: ${(error as Error).message}`);
  }
  refuse(
    kubeconfig === undefined,
    "--pachyderm requires --kubeconfig FILE: Pachyderm looks for the pipeline Secret in " +
      "its own cluster",
  );
}

function checkNamespace(namespace: string | undefined): void {
  const problem = namespace === undefined ? undefined : dnsLabelProblem(namespace);
  if (problem !== undefined) throw new Error(`--namespace: "${namespace}" ${problem}`);
}

function refuse(condition: boolean, problem: string): void {
  if (condition) throw new Error(problem);
}
