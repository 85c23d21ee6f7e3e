import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as OpenTelemetry from '@opentelemetry/api';
import { isAtEnd, type HostState, type Time } from '../../machine/index.ts';
import type { Problem } from '../../text/index.ts';
import { RuntimeProblem } from './runtime-problem.ts';

/** A transition of a host in a rollout, as its agent or its control plane recorded it. */
export interface TracedTransition {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly from: HostState;
  readonly to: HostState;
  readonly at: Time;
  /** The header that came with the envelope; `null` if there was none. */
  readonly traceparent: string | null;
}

/** Creates a span for each state that a host leaves. A port. */
export type HostTraces = (transition: TracedTransition) => void;

/** The header that comes with an envelope. */
export const TRACEPARENT_HEADER = 'traceparent';

/** Beyond this number, hosts in progress are forgotten, and their next spans have zero length. */
const MAX_ENTERED = 100_000;
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

interface Trace {
  readonly traceId: string;
  readonly spanId: string;
}

/** The same on both sides, and after a restart: nothing has to be stored. */
function traceOf(hostname: string, rolloutId: string): Trace {
  const digits = createHash('sha256')
    .update(JSON.stringify([hostname, rolloutId]))
    .digest('hex');
  return { traceId: digits.slice(0, TRACE_DIGITS), spanId: digits.slice(-SPAN_DIGITS) };
}

/** The trace of a host in a rollout, in the form of W3C's Trace Context. */
export function traceparentOf(hostname: string, rolloutId: string): string {
  const { traceId, spanId } = traceOf(hostname, rolloutId);
  return `00-${traceId}-${spanId}-01`;
}

function readTraceparent(text: string): Trace | null {
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(text) ?? [];
  return traceId === undefined || spanId === undefined ? null : { traceId, spanId };
}

/**
 * Creates OpenTelemetry spans with the tracer provider that the process has registered. All spans of a host in a
 * rollout belong to one trace. A state entered before this process started gets a span of zero length.
 *
 * @throws RuntimeProblem if `@opentelemetry/api` is not installed
 */
export function openTelemetryTraces(): HostTraces {
  const { trace, ROOT_CONTEXT, TraceFlags } = loadApi();
  const enteredAt = new Map<string, Time>();
  return ({ hostname, rolloutId, from, to, at, traceparent }) => {
    const key = JSON.stringify([hostname, rolloutId]);
    const parent = (traceparent === null ? null : readTraceparent(traceparent)) ?? traceOf(hostname, rolloutId);
    const context = trace.setSpanContext(ROOT_CONTEXT, {
      ...parent,
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    const attributes = { 'host.name': hostname, 'nixfleet.rollout.id': rolloutId, 'nixfleet.host.next_state': to };
    trace
      .getTracer('nixfleet-statechart')
      .startSpan(from, { startTime: enteredAt.get(key) ?? at, attributes }, context)
      .end(at);
    enteredAt.delete(key);
    if (isAtEnd(to, 'rollback-and-halt')) return;
    const [oldest] = enteredAt.keys();
    if (oldest !== undefined && enteredAt.size >= MAX_ENTERED) enteredAt.delete(oldest);
    enteredAt.set(key, at);
  };
}

/** Loaded only if traces are requested. */
function loadApi(): typeof OpenTelemetry {
  try {
    // The package declares its own exports.
    return createRequire(import.meta.url)('@opentelemetry/api') as typeof OpenTelemetry;
  } catch (error) {
    const message = 'the package @opentelemetry/api, which traces need, cannot be loaded';
    const remedy = 'Run `npm install @opentelemetry/api` next to nixfleet-statechart.';
    throw new RuntimeProblem({ path: '$.traces', message, remedy }, { cause: error });
  }
}

/** The traces that a configuration file requests; `null` for none. */
export function configuredTraces({ traces }: { readonly traces: boolean }, problems: Problem[]): HostTraces | null {
  if (!traces) return null;
  try {
    return openTelemetryTraces();
  } catch (error) {
    if (!(error instanceof RuntimeProblem)) throw error;
    problems.push(error.problem);
    return null;
  }
}
