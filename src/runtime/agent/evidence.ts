import type { ProbeSubResult } from '../../machine/index.ts';
import { decodeEnvelope, parseJson } from '../../wire/index.ts';
import type { ProbeResult } from './ports.ts';

/**
 * What an evidence probe printed: the `subResults` of a probe result, as the wire has them. It fails with any control
 * that fails and is enforced.
 */
export function readEvidence(text: string): ProbeResult {
  const json = parseJson(text);
  if (!json.ok) return unreadable(json.problems[0]);
  // Read by the reader of the event that will carry them.
  const read = decodeEnvelope({
    hostname: 'evidence',
    rolloutId: 'evidence@probe',
    event: {
      kind: 'ProbeResult',
      probeName: 'evidence',
      mode: 'enforce',
      status: 'pass',
      observedAt: '1970-01-01T00:00:00Z',
      subResults: json.value,
      seq: 1,
    },
  });
  if (!read.ok) return unreadable(read.problems[0]);
  const { event } = read.value;
  const subResults = event.type === 'ProbeResult' ? (event.subResults ?? []) : [];
  const failing = subResults.filter(isFailing).map(({ controlId }) => controlId);
  if (failing.length === 0) return { status: 'pass', failureReason: null, subResults };
  return { status: 'fail', failureReason: `These controls fail: ${failing.join(', ')}.`, subResults };
}

function isFailing({ status, effectiveMode }: ProbeSubResult): boolean {
  return status === 'fail' && effectiveMode === 'enforce';
}

function unreadable(problem: { readonly path: string; readonly message: string } | undefined): ProbeResult {
  const where = problem === undefined ? '' : ` ${problem.path}: ${problem.message}.`;
  return {
    status: 'fail',
    failureReason: `The command printed no evidence that can be read.${where}`,
    subResults: null,
  };
}
