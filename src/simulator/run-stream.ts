import { describeValue } from '../text/index.ts';
import { IS_OF_HOST, type Observation } from './observations.ts';
import { type RunSetup } from './run-setup.ts';
import type { RunStream } from './judge.ts';

/** The `format` in the first line of a recorded run stream. */
export const RUN_STREAM_FORMAT = 'nixfleet-statechart-run-stream';
/** Incremented when an older reader could misread a newer stream. */
export const RUN_STREAM_VERSION = 1;

/** The first line of a recorded run stream, without its line break. */
export function encodeRunSetup(setup: RunSetup): string {
  return JSON.stringify({ format: RUN_STREAM_FORMAT, version: RUN_STREAM_VERSION, ...setup });
}

/** A further line of a recorded run stream, without its line break. */
export function encodeObservation(observation: Observation): string {
  return JSON.stringify(observation);
}

/**
 * Reads a recorded run stream, line by line. Only its form is checked: a program of this package wrote the content.
 *
 * @throws SyntaxError that names the line and what was expected there.
 */
export function decodeRunStream(text: string): RunStream {
  const lines = text.split('\n').filter((line) => line !== '');
  const [first, ...rest] = lines.map(parseLine);
  const setup = first;
  if (setup?.['format'] !== RUN_STREAM_FORMAT || setup['version'] !== RUN_STREAM_VERSION)
    throw new SyntaxError(
      `Line 1: expected the first line of a run stream of version ${RUN_STREAM_VERSION}, got ${describeValue(setup)}.`,
    );
  rest.forEach((line, index) => {
    const type = line['type'];
    if (typeof type === 'string' && Object.hasOwn(IS_OF_HOST, type) && Number.isFinite(line['runMs'])) return;
    throw new SyntaxError(
      `Line ${index + 2}: expected an observation with a known type and runMs, got ${describeValue(type)}.`,
    );
  });
  // The form was checked above; `encodeRunSetup` and `encodeObservation` wrote the content.
  return { setup: setup as unknown as RunSetup, observations: rest as unknown as Observation[] };
}

function parseLine(line: string, index: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    // Its fields are checked one by one.
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Reported below, with the line number.
  }
  throw new SyntaxError(`Line ${index + 1}: expected a JSON object.`);
}
