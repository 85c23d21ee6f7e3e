import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, test } from 'vitest';
import { HttpTransport, openTelemetryTraces } from '../../../src/runtime/agent/index.ts';
import { traceparentOf } from '../../../src/runtime/shared/traces.ts';
import { manifest } from '../../control-plane/support/manifests.ts';
import { AgentClient, goodLife } from '../support/agent-client.ts';
import { startBench } from '../support/control-plane-bench.ts';
import { NOON } from '../support/test-clock.ts';

const spans = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));

afterEach(() => spans.reset());

const millis = ([secs, nanos]: readonly [number, number]): number => secs * 1000 + nanos / 1e6;

function seen(): readonly Readonly<Record<string, unknown>>[] {
  return spans.getFinishedSpans().map(({ name, attributes, startTime, endTime }: ReadableSpan) => ({
    name,
    to: attributes['nixfleet.host.next_state'],
    from: millis(startTime) - NOON,
    until: millis(endTime) - NOON,
  }));
}

const step = { hostname: 'web-01', rolloutId: 'stable@r1', traceparent: null } as const;

test('each state that a host leaves is a span, and those of one rollout form one trace', () => {
  const traces = openTelemetryTraces();
  traces({ ...step, from: 'Pending', to: 'Activating', at: NOON });
  traces({ ...step, from: 'Activating', to: 'Soaking', at: NOON + 5000 });
  traces({ ...step, hostname: 'web-02', from: 'Pending', to: 'Activating', at: NOON + 6000 });
  traces({ ...step, from: 'Soaking', to: 'Converged', at: NOON + 65_000 });
  expect(seen()).toEqual([
    { name: 'Pending', to: 'Activating', from: 0, until: 0 },
    { name: 'Activating', to: 'Soaking', from: 0, until: 5000 },
    { name: 'Pending', to: 'Activating', from: 6000, until: 6000 },
    { name: 'Soaking', to: 'Converged', from: 5000, until: 65_000 },
  ]);
  const ids = spans.getFinishedSpans().map((span) => span.spanContext().traceId);
  const [own, , other] = ids;
  expect(ids).toEqual([own, own, other, own]);
  expect(other).not.toBe(own);
});

test('spans of the control plane belong to the trace sent with the envelope', async () => {
  const { running, address, clock } = await startBench({ trace: openTelemetryTraces() });
  const rollout = manifest({ others: ['web-01'], soakMinutes: 0 });
  const { rolloutId } = rollout;
  await running.release({ rollouts: [rollout], signedAt: null });
  await new AgentClient(address, 'web-01').heartbeat();
  const transport = new HttpTransport({ url: new URL(address), tls: null, clock, sendsTraceparent: true });
  const envelopes = goodLife('web-01-r1').map((event) => ({ hostname: 'web-01', rolloutId, event, signature: null }));
  const { signal } = new AbortController();
  const { deliveries } = await transport.postEvents(envelopes, signal);
  expect(deliveries.map(({ outcome }) => outcome)).toEqual(envelopes.map(() => 'accepted'));
  transport.close();
  const sent = traceparentOf('web-01', rolloutId);
  const finished = spans.getFinishedSpans();
  expect(finished.map(({ name }) => name)).toEqual(['Pending', 'Activating', 'Soaking']);
  for (const span of finished) {
    expect(`00-${span.spanContext().traceId}-${span.parentSpanContext?.spanId}-01`).toBe(sent);
  }
});

test('a trace of another agent is continued, but not an invalid one', () => {
  const traces = openTelemetryTraces();
  const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
  const transition = { ...step, from: 'Pending', to: 'Activating', at: NOON } as const;
  traces({ ...transition, traceparent: `00-${traceId}-${spanId}-01` });
  traces({ ...transition, traceparent: 'nonsense' });
  const [continued, other] = spans.getFinishedSpans();
  expect(continued?.parentSpanContext).toMatchObject({ traceId, spanId });
  expect(`00-${other?.parentSpanContext?.traceId}-${other?.parentSpanContext?.spanId}-01`).toBe(
    traceparentOf(step.hostname, step.rolloutId),
  );
});
