/** For other modules of this package only: the package does not export it. */
export { usualHostEvent } from './engine.ts';
export { FIXTURE_FORMAT } from './fixtures/fixture.ts';
export { shapeProblems } from './fixtures/shape-problems.ts';
export {
  eventSchema,
  fieldSchemas,
  hostEventFields,
  outboundEventSchema,
  recordSchema,
  rolloutEventSchema,
  rolloutRecordSchema,
  schemaOf,
} from './fixtures/vocabulary-schemas.ts';
export { sampleRollout, sampleRolloutEvent } from './rollout-samples.ts';
export { crowdedHost } from './sample-host.ts';
export { isEqual } from './difference.ts';
