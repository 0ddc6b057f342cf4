import type { Call, Work } from "../call";
import { newId } from "../call";
import { validateGraph } from "../pfs/provenance";
import { notFound, required, wrapped } from "../rpc-error";
import type { Json, JsonObject } from "../spec/json";
import { isObject } from "../spec/json";
import { CreatePipelineRequest } from "../spec/messages";
import { populated } from "../spec/proto-json";
import type { TransactionRecord, TransactionRequest } from "../store/records";
import { timestamp } from "../timeline";
import { describing, type OperationName, type OperationRequest, runOperation } from "./operations";

/** The fields of transaction_v2.TransactionRequest, one of which is set. */
const REQUEST_FIELDS = [
  "createRepo",
  "deleteRepo",
  "startCommit",
  "finishCommit",
  "squashCommitSet",
  "createBranch",
  "deleteBranch",
  "updateJobState",
  "stopJob",
  "createPipelineV2",
];

export interface TransactionName {
  readonly transaction: { readonly id: string } | null;
}

/**
 * Applies an operation. With the header `pach-transaction`, it instead runs the operation after the
 * earlier ones of that transaction on a scratch copy, which is discarded, and adds it to the
 * transaction if nothing was refused.
 */
export function transact<Name extends OperationName>(
  call: Call,
  name: Name,
  request: OperationRequest<Name>,
): unknown {
  const operation = request as unknown as Json;
  const { transaction, subject } = call;
  return describing(name, () => {
    if (transaction === undefined)
      return call.change((work) => {
        const result = runOperation(work, name, operation);
        validateGraph(work);
        return result;
      });
    const open = call.view((work) => getTransaction(work, transaction));
    const extended = {
      ...open,
      requests: [...open.requests, { name, subject, request: operation }],
    };
    const result = call.view((work) => replay(work, extended)).at(-1);
    call.change(({ db }) => db.transactions.put(transaction, extended));
    return result;
  });
}

/** Runs all requests of a transaction, each as the user who sent it. */
function replay(work: Work, transaction: TransactionRecord): unknown[] {
  const { requests, id } = transaction;
  const results = requests.map(({ name, subject, request }, index) =>
    wrapped(`error running request ${index + 1} of ${requests.length}`, () =>
      runOperation({ ...work, subject, commitSet: id }, name, request),
    ),
  );
  validateGraph(work);
  return results;
}

export function startTransaction(work: Work): object {
  const id = newId();
  work.db.transactions.put(id, { id, startedAt: work.now, requests: [] });
  return { id };
}

export function inspectTransaction(work: Work, request: TransactionName): object {
  return infoOf(work, getTransaction(work, idOf(request)));
}

export const listTransactions = (work: Work) =>
  work.db.transactions.values().map((transaction) => infoOf(work, transaction));

export function deleteTransaction(work: Work, request: TransactionName): void {
  work.db.transactions.delete(getTransaction(work, idOf(request)).id);
}

/** Applies everything, or nothing. */
export function finishTransaction(work: Work, request: TransactionName): object {
  const transaction = getTransaction(work, idOf(request));
  replay(work, transaction);
  work.db.transactions.delete(transaction.id);
  return infoOf(work, transaction);
}

const idOf = (request: TransactionName) =>
  required(request.transaction, "TransactionRequest.Transaction").id;

function getTransaction(work: Work, id: string): TransactionRecord {
  const transaction = work.db.transactions.get(id);
  if (transaction === undefined) throw notFound(`transactions ${id} not found`);
  return transaction;
}

function infoOf(work: Work, { id, requests, startedAt }: TransactionRecord): object {
  return {
    transaction: { id },
    requests: requests.map((request) => requestView(request, work.settings.version.minor)),
    responses: requests.map(() => ({ commit: null })),
    started: timestamp(startedAt),
    version: String(requests.length),
  };
}

function requestView({ name, request }: TransactionRequest, minor: number): object {
  const empty = Object.fromEntries(REQUEST_FIELDS.map((field) => [field, null]));
  return { ...empty, [name]: isObject(request) ? withFullSpec(request, minor) : request };
}

function withFullSpec(request: JsonObject, minor: number): JsonObject {
  const spec = request.createPipelineRequest;
  if (!isObject(spec)) return request;
  return { ...request, createPipelineRequest: populated(spec, CreatePipelineRequest, minor) };
}
