import {
  EITHER_KEYS_OR_ACCOUNT,
  keysBesideAccount,
} from "../../components/seldon-namespace/google-credentials";
import {
  checkSubject,
  idleAccess,
  labelSettings,
  NEEDS_RESTRICTED,
  NO_EFFECT_ON_EXISTING,
} from "../../components/seldon-namespace/labels";
import { type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";

/** Seldon's namespace: conflicting settings, and names within them. */
export function checkSeldon(values: Partial<Values>): Problem[] {
  return [...checkSubjects(values), ...checkAccess(values), ...checkKeys(values)];
}

function checkSubjects({ seldon }: Partial<Values>): Problem[] {
  return (["users", "groups"] as const).flatMap((kind) =>
    Object.keys(seldon?.[kind] ?? {}).flatMap((name) => {
      const path = ["seldon", kind, name];
      const problem = checkSubject(name);
      if (problem === undefined) return [];
      return [{ path, text: `is a name that ${problem} ${removeHint(path)}` }];
    }),
  );
}

function checkAccess({ seldon = {} }: { readonly seldon?: Partial<Values["seldon"]> }): Problem[] {
  if (seldon.existing) {
    return labelSettings(seldon).map((key) => {
      const path = ["seldon", key];
      return { path, text: `${NO_EFFECT_ON_EXISTING} ${removeHint(path)}` };
    });
  }
  const restrict = setCommand(["seldon", "restricted"], { value: "true" });
  return idleAccess(seldon).map((kind) => ({
    path: ["seldon", kind],
    text: `${NEEDS_RESTRICTED}: ${restrict}`,
  }));
}

function checkKeys({ seldon }: Partial<Values>): Problem[] {
  return keysBesideAccount(seldon ?? {}).map((key) => {
    const path = ["seldon", key];
    return { path, text: `is set: ${EITHER_KEYS_OR_ACCOUNT} ${removeHint(path)}` };
  });
}
