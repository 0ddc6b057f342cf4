/** Translates between the engine's protobuf messages and this kit's requests and results. */
import * as grpc from "@grpc/grpc-js";
import {
  CheckFailure as CheckFailureMessage,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { ChangeKind } from "./diff";
import {
  type CheckFailure,
  type CheckResult,
  type Diff,
  InitFailed,
  type PropertyChange,
} from "./handler";
import { formatPath } from "./property-path";
import { decode, encode, type ValueMap } from "./values";

export function toMap(struct: Struct | undefined): ValueMap {
  return struct === undefined ? {} : (decode(struct.toJavaScript()) as ValueMap);
}

export function toStruct(map: ValueMap): Struct {
  return Struct.fromJavaScript(encode(map) as Record<string, JavaScriptValue>);
}

export function toCheckResponse({ inputs, failures = [] }: CheckResult): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(toFailures(failures));
  return response;
}

export function toFailures(failures: readonly CheckFailure[]): CheckFailureMessage[] {
  return failures.map(({ property, reason }) => {
    const failure = new CheckFailureMessage();
    failure.setProperty(property ?? "");
    failure.setReason(reason);
    return failure;
  });
}

const kinds = {
  plain: {
    add: PropertyDiff.Kind.ADD,
    delete: PropertyDiff.Kind.DELETE,
    update: PropertyDiff.Kind.UPDATE,
  },
  replace: {
    add: PropertyDiff.Kind.ADD_REPLACE,
    delete: PropertyDiff.Kind.DELETE_REPLACE,
    update: PropertyDiff.Kind.UPDATE_REPLACE,
  },
} satisfies Record<string, Record<ChangeKind, PropertyDiff.Kind>>;

export function toDiffResponse(diff: Diff): DiffResponse {
  const response = new DiffResponse();
  const some = diff.changes.length > 0;
  response.setChanges(
    some ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
  );
  const properties = (changes: readonly PropertyChange[]) => [
    ...new Set(changes.map((change) => String(change.path[0]))),
  ];
  response.setDiffsList(properties(diff.changes));
  response.setReplacesList(properties(diff.changes.filter((change) => change.replace)));
  response.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(some);
  for (const change of diff.changes) {
    const property = new PropertyDiff();
    property.setKind(kinds[change.replace ? "replace" : "plain"][change.kind]);
    property.setInputdiff((diff.between ?? "inputs") === "inputs");
    response.getDetaileddiffMap().set(formatPath(change.path), property);
  }
  return response;
}

/**
 * An error as gRPC sends it. Details are sent in a separate header, which the Node library does not
 * set: https://github.com/grpc/grpc-node/issues/184
 */
export function toServiceError(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new grpc.Metadata();
  if (error instanceof InitFailed) {
    const detail = new ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(toStruct(error.state));
    detail.setReasonsList([...error.reasons]);
    if (error.inputs !== undefined) detail.setInputs(toStruct(error.inputs));
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
