import { resourceKey } from "../../../components/common/adopted";
import { EXISTS_ADVICE } from "../../../components/common/exists-advice";
import { setCommand } from "../../../config/messages";
import { type Candidate, candidates } from "../../../program/adoption/candidates";
import type { ValueMap } from "../../../providers/kit/values";
import { findResourceId } from "../../../providers/pachyderm/client";
import type { Check, Outcome } from "../check";
import { answering, type CheckedStack, type PachydermServer } from "../checked-stack";
import { existingOutcomes, type Found } from "./existing";

type OnPachyderm = Candidate & { readonly system: "pachyderm" };

export function pachydermExistingCheck(checked: CheckedStack): Check {
  const run = async () => {
    const server = await answering("Pachyderm", checked.pachyderm);
    return await checkExisting(checked, server);
  };
  return { area: "pachyderm", name: "existing", title: "existing objects", run };
}

async function checkExisting(
  { config, state }: CheckedStack,
  server: PachydermServer,
): Promise<Outcome[]> {
  const wanted = candidates(config).filter(
    (candidate): candidate is OnPachyderm => candidate.system === "pachyderm",
  );
  const found = await Promise.all(
    wanted.map(async (candidate): Promise<Found> => {
      const { type } = candidate;
      const id = await findResourceId(server, type, candidate.inputs as ValueMap);
      return {
        thing: `${kindOf(type)} ${id ?? resourceKey(candidate)}`,
        exists: id !== undefined,
        own: id !== undefined && (state?.owns(type, id) ?? true),
        advice: adviceFor(candidate),
      };
    }),
  );
  return existingOutcomes(found, { adopt: config.adopt, stateKnown: state !== undefined });
}

/** `pachyderm:index:RoleBinding` is a `role binding`. */
function kindOf(type: string): string {
  const name = type.split(":").at(-1) ?? type;
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function adviceFor({ type, name }: OnPachyderm): string {
  const other = `${EXISTS_ADVICE.otherPrefix}: ${setCommand(["namePrefix"])}`;
  const [, useCase] = /^(.+)-data$/.exec(name) ?? [];
  if (type !== "pachyderm:index:Repo" || useCase === undefined) return other;
  const path = ["useCases", useCase, "data", "existing"];
  return `to use it unchanged, set existing: ${setCommand(path, { value: "true" })}; or ${other}`;
}
