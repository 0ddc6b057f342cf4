import assert from "node:assert/strict";
import type { NamedUseCase } from "../../use-cases/definition";

type Trained = Required<Pick<NamedUseCase, "data" | "training" | "deployment">>;

/** A use case, asserted to train and deploy. */
export function trained<T extends NamedUseCase>(definition: T | undefined): T & Trained {
  assert.ok(definition?.data && definition.training && definition.deployment);
  return definition as T & Trained;
}
