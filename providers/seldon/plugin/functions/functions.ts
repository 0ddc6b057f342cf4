import { checkArguments, text } from "../../../kit/arguments";
import type { CheckFailure, FunctionHandler, InvokeResult } from "../../../kit/handler";
import { containsUnknown, UNKNOWN, type ValueMap } from "../../../kit/values";
import type { Connection } from "../kubernetes/connection";
import {
  CORE_KINDS,
  type CoreKind,
  ForbiddenError,
  findMetadata,
} from "../kubernetes/core-objects";

const NOT_KNOWN = "the cluster is not known yet";
const NO_ANSWER = "the cluster cannot be queried";

/**
 * The provider's functions. They never fail because there is no cluster: previews work without one,
 * and the result then says why it is empty.
 */
export function makeFunctions(
  known: () => Connection | undefined,
): Readonly<Record<string, FunctionHandler>> {
  return {
    "seldon:index:getCluster": ({ args }) => {
      const failures = checkArguments(args, {}, []);
      return answer(failures, known(), async (connection): Promise<ValueMap> => {
        const { uid, problem } = await connection.identity();
        return problem === undefined ? { clusterId: uid } : { problem };
      });
    },
    "seldon:index:findObject": ({ args }) => {
      if (containsUnknown(args)) return Promise.resolve({ result: { exists: UNKNOWN } });
      return answer(checkReference(args), known(), async ({ client }): Promise<ValueMap> => {
        const [kind, name, namespace] = [args.kind, args.name, args.namespace].map(text);
        const reference = { kind: kind as CoreKind, name: name ?? "", namespace: namespace ?? "" };
        try {
          const found = await findMetadata(client, reference);
          const annotations = Object.keys(found?.annotations ?? {});
          return { exists: found !== undefined, ...(annotations.length > 0 && { annotations }) };
        } catch (error) {
          if (error instanceof ForbiddenError) return { problem: error.message };
          throw error;
        }
      });
    },
  };
}

async function answer(
  failures: readonly CheckFailure[],
  connection: Connection | undefined,
  ask: (connection: Connection) => Promise<ValueMap>,
): Promise<InvokeResult> {
  if (failures.length > 0) return { result: {}, failures };
  if (connection === undefined) return { result: { problem: NOT_KNOWN } };
  const result = await connection.look(undefined, () => ask(connection));
  return { result: result ?? { problem: NO_ANSWER } };
}

function checkReference(args: ValueMap): CheckFailure[] {
  const kinds = { kind: "string", name: "string", namespace: "string" } as const;
  const failures = checkArguments(args, kinds, ["kind", "name"]);
  if (failures.length > 0) return failures;
  const kind = text(args.kind);
  if (!CORE_KINDS.includes(kind as CoreKind)) {
    return [{ reason: `kind: expected one of ${CORE_KINDS.join(", ")}, found "${kind}"` }];
  }
  if (kind === "Namespace" && text(args.namespace) !== "") {
    return [{ reason: "namespace: must be left out for a Namespace" }];
  }
  return kind !== "Namespace" && text(args.namespace) === ""
    ? [{ reason: "namespace: is required" }]
    : [];
}
