import type { Work } from "../call";
import {
  type CreateBranchRequest,
  createBranch,
  type DeleteBranchRequest,
  deleteBranch,
} from "../pfs/branches";
import {
  type FinishCommitRequest,
  finishCommit,
  type StartCommitRequest,
  startCommit,
} from "../pfs/commits";
import {
  type CreateRepoRequest,
  createRepo,
  type DeleteRepoRequest,
  deleteRepo,
} from "../pfs/repos";
import { type CreatePipelineTransaction, createPipeline } from "../pps/create-pipeline";
import { wrapped } from "../rpc-error";
import type { Json } from "../spec/json";

/**
 * The operations that a transaction can contain, by the field of transaction_v2.TransactionRequest.
 */
export const OPERATIONS = {
  createRepo: (work: Work, request: CreateRepoRequest) => createRepo(work, request),
  deleteRepo: (work: Work, request: DeleteRepoRequest) => deleteRepo(work, request),
  startCommit: (work: Work, request: StartCommitRequest) => startCommit(work, request),
  finishCommit: (work: Work, request: FinishCommitRequest) => finishCommit(work, request),
  createBranch: (work: Work, request: CreateBranchRequest) => createBranch(work, request),
  deleteBranch: (work: Work, request: DeleteBranchRequest) => deleteBranch(work, request),
  createPipelineV2: (work: Work, request: CreatePipelineTransaction) =>
    createPipeline(work, request),
};

export type OperationName = keyof typeof OPERATIONS;
export type OperationRequest<Name extends OperationName> = Parameters<(typeof OPERATIONS)[Name]>[1];

/** Runs an operation that a transaction contains. */
export function runOperation(work: Work, name: string, request: Json): unknown {
  const operation = OPERATIONS[name as OperationName] as (work: Work, request: unknown) => unknown;
  return operation(work, request);
}

/** The prefix that pachd adds to the errors of an operation, in a transaction or outside of one. */
export function describing<T>(name: OperationName, action: () => T): T {
  return name === "deleteRepo" ? wrapped("delete repo", action) : action();
}
