import { quoted } from "../../../kit/quote";
import { acceptedTexts } from "../fields";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";
import { nameProblem } from "./syntax";

const SERVICE_TYPES = acceptedTexts("Service", "type");
const REPROCESS_SPECS = acceptedTexts("PipelineSpec", "reprocessSpec");
const TIMES = ["datumTimeout", "jobTimeout", "maximumExpectedUptime"];

/** How the pipeline runs: workers, service and spout, times, output. */
export function checkExecution(spec: SpecNode, problems: Problems): void {
  checkService(spec, problems);
  checkSpout(spec, problems);
  checkScaling(spec, problems);
  checkOutput(spec, problems);
  for (const name of TIMES) {
    if (spec.field(name).text?.startsWith("-")) {
      problems.warn(spec.field(name), "must not be negative: it expires before anything starts");
    }
  }
  checkDatums(spec, problems);
}

function checkService(spec: SpecNode, problems: Problems): void {
  const service = spec.field("service");
  const type = service.field("type");
  if (type.text !== undefined && !SERVICE_TYPES.includes(type.text)) {
    problems.fail(type, `expected one of ${SERVICE_TYPES.join(", ")}, found ${quoted(type.text)}`);
  }
  if (!service.isSet) return;
  const parallelism = spec.field("parallelismSpec");
  const constant = parallelism.field("constant");
  if (parallelism.isSet && parallelism.isKnown && constant.integer !== undefined) {
    if (constant.integer !== 1n) problems.fail(constant, "must be 1 with service");
  }
  if (spec.field("autoscaling").isTrue) {
    problems.warn(
      spec.field("autoscaling"),
      "cannot be combined with service, which would be scaled down to zero",
    );
  }
  if (spec.field("spout").isSet) {
    problems.warn(
      service,
      "cannot be combined with spout, or the pipeline will fail: use `spout.service` instead",
    );
  }
}

function checkSpout(spec: SpecNode, problems: Problems): void {
  const spout = spec.field("spout");
  if (!spout.isSet || !spout.isKnown) return;
  if (spec.field("input").isSet && !spout.field("service").isSet) {
    problems.fail(
      spec.field("input"),
      "cannot be combined with spout, unless the spout has a service",
    );
  }
  if (spec.field("autoscaling").isTrue) {
    problems.fail(spec.field("autoscaling"), "cannot be combined with spout");
  }
  const type = spout.field("service").field("type");
  if (type.text !== undefined && !SERVICE_TYPES.includes(type.text)) {
    const expected = `expected one of ${SERVICE_TYPES.join(", ")}, found ${quoted(type.text)}`;
    problems.warn(type, `${expected}, so the pipeline will fail`);
  }
}

function checkScaling(spec: SpecNode, problems: Problems): void {
  const uptime = spec.field("maximumExpectedUptime");
  if (uptime.isSet && !spec.field("autoscaling").isSet) {
    problems.warn(uptime, "requires `autoscaling: true`, or the pipeline will fail");
  }
}

function checkOutput(spec: SpecNode, problems: Problems): void {
  const branch = spec.field("outputBranch");
  const reason = branch.text === undefined ? undefined : nameProblem(branch.text);
  if (reason !== undefined) problems.fail(branch, reason);
  for (const other of ["service", "spout"]) {
    if (spec.field("s3Out").isTrue && spec.field(other).isSet) {
      problems.fail(spec.field("s3Out"), `cannot be combined with ${other}`);
    }
  }
  const egress = spec.field("egress");
  if (egress.field("objectStorage").isSet && egress.field("sqlDatabase").isSet) {
    problems.fail(egress, "must have only one of objectStorage and sqlDatabase");
  }
}

function checkDatums(spec: SpecNode, problems: Problems): void {
  const reprocess = spec.field("reprocessSpec");
  if (reprocess.text !== undefined && !REPROCESS_SPECS.includes(reprocess.text)) {
    problems.fail(
      reprocess,
      `expected one of ${REPROCESS_SPECS.join(", ")}, found ${quoted(reprocess.text)}`,
    );
  }
  const salt = spec.field("salt");
  if (salt.isSet) {
    problems.warn(
      salt,
      "is read only when the pipeline is created: to process everything again, change the " +
        "resource's `reprocess` argument",
    );
  }
  const datums = spec.field("datumSetSpec");
  const isPerDatum = datums.field("number").isSet || datums.field("sizeBytes").isSet;
  if (datums.field("perWorker").isSet && isPerDatum) {
    problems.warn(datums.field("perWorker"), "cannot be combined with number or sizeBytes");
  }
}
