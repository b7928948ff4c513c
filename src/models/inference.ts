/** The half of models that a browser loads as well: what an exported model says of itself, and loading it. */
export { cardFromMetadata, cardToMetadata, parseCard, researchOnly, type ModelCard } from './exported/card.ts';
export { openModel, readModelCard, type ModelDescription, type OpenedModel } from './exported/read.ts';
