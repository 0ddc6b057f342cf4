import type { UseCaseDefinition } from "./definition";
import { imageClassification } from "./image-classification";

/** The use cases by the names under which a stack's configuration selects them. */
export const useCases: Readonly<Record<string, UseCaseDefinition>> = {
  "image-classification": imageClassification,
};
