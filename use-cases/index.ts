import type { UseCaseDefinition } from "./definition";
import { imageClassification } from "./image-classification";
import { sentimentAnalysis } from "./sentiment-analysis";

/** The use cases by name, as a stack's configuration selects them. */
export const useCases: Readonly<Record<string, UseCaseDefinition>> = {
  "image-classification": imageClassification,
  "sentiment-analysis": sentimentAnalysis,
};
