import { checkSubject } from "../../components/seldon-namespace/labels";
import { type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";

/** What the use cases share: values that don't go together, and names inside of them. */
export function checkShared(values: Partial<Values>): Problem[] {
  return [...checkSubjects(values), ...checkKeys(values), ...checkDedicated(values)];
}

function checkSubjects({ seldon }: Partial<Values>): Problem[] {
  return (["users", "groups"] as const).flatMap((kind) =>
    Object.keys(seldon?.[kind] ?? {}).flatMap((name) => {
      const path = ["seldon", kind, name];
      const problem = checkSubject(name);
      if (problem !== undefined) {
        return [{ path, text: `is a name that ${problem} ${removeHint(path)}` }];
      }
      if (seldon?.restricted) return [];
      const restrict = setCommand(["seldon", "restricted"]).replace("VALUE", "true");
      return [{ path, text: `does nothing unless the namespace is restricted: ${restrict}` }];
    }),
  );
}

function checkKeys({ seldon }: Partial<Values>): Problem[] {
  if (seldon?.googleServiceAccount === undefined) return [];
  return (["serviceAccountKey", "storageKey"] as const)
    .filter((key) => seldon[key] !== undefined)
    .map((key) => {
      const path = ["seldon", key];
      const text = `is set, but googleServiceAccount stands in for keys ${removeHint(path)}`;
      return { path, text };
    });
}

/** What a use case has for itself is made by the stack, so what is shared can't be somebody else's. */
function checkDedicated({ useCases, detectorBucket, seldon }: Partial<Values>): Problem[] {
  return Object.entries(useCases ?? {}).flatMap(([name, { dedicated }]) => {
    const path = ["useCases", name, "dedicated"];
    const because = (key: string) =>
      `is true, but ${key} is true, and a bucket or namespace of its own would have to be made ${removeHint(path)}`;
    return [
      ...(dedicated?.bucket && detectorBucket?.existing
        ? [{ path: [...path, "bucket"], text: because("detectorBucket.existing") }]
        : []),
      ...(dedicated?.namespace && seldon?.existing
        ? [{ path: [...path, "namespace"], text: because("seldon.existing") }]
        : []),
    ];
  });
}
