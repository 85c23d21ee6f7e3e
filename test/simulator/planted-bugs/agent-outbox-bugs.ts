import { AGENT_RULES, type SentEvent } from '../../../src/agent/index.ts';
import { agent, agentEffect, agentEffects, agentInput, agentStep } from './broken-agent.ts';
import { rule, type RuleBug } from './rule-bug.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** Rule 4: every event is delivered, in order, and once for the control plane. */
export const AGENT_OUTBOX_BUGS: readonly RuleBug[] = [
  ...rule('agent 4: what enters the outbox', [
    ['never', 'events are written nowhere', agentEffect('LocalEmitEvent', () => [])],
    [
      'too early or too often',
      'every event is written twice',
      agentEffect('LocalEmitEvent', (effect) => [effect, effect]),
    ],
    [
      'wrong one',
      'events are written after what follows them',
      agentStep((accepted) => ({
        ...accepted,
        effects: [
          ...accepted.effects.filter(({ type }) => type !== 'LocalEmitEvent'),
          ...accepted.effects.filter(({ type }) => type === 'LocalEmitEvent'),
        ],
      })),
    ],
    [
      'wrong one',
      'events that need not be durable are written durably',
      agentStep((accepted) => ({
        ...accepted,
        effects: accepted.effects.map((effect) =>
          effect.type === 'LocalEmitEvent' ? { ...effect, durable: true } : effect,
        ),
      })),
    ],
    ['never', 'no header is written', agentEffect('WriteOutboxHeader', () => [])],
    [
      'wrong one',
      'the header keeps the record as it was dispatched',
      agentEffect('WriteOutboxHeader', (effect) => [
        {
          ...effect,
          header: { ...effect.header, record: { ...effect.header.record, state: 'Pending', lastEventSeq: 0 } },
        },
      ]),
    ],
  ]),
  ...rule('agent 4: delivery', [
    ['never', 'nothing is ever sent', agentEffect('SendEvents', () => [])],
    [
      'never',
      'only the first attempt is made',
      agentEffect('SendEvents', (effect) => (effect.afterMs > 0 ? [] : [effect])),
    ],
    [
      'too early or too often',
      'an event leaves the outbox as soon as it is sent',
      agentEffect('SendEvents', (effect) => [
        effect,
        ...effect.events.map(({ seq }) => ({ type: 'RemoveFromOutbox', rolloutId: effect.rolloutId, seq }) as const),
      ]),
    ],
    [
      'too early or too often',
      'all that is undelivered is sent at once, each in its own request',
      agentEffect('SendEvents', (effect) => effect.events.map((event) => ({ ...effect, events: [event] }))),
    ],
    ['never', 'what was delivered stays on disk', agentEffect('RemoveFromOutbox', () => [])],
    [
      'never',
      'a refusal is retried for ever',
      agentInput('EventsDelivered', (input) => ({
        ...input,
        events: input.events.map((sent): SentEvent => ({
          ...sent,
          outcome: sent.outcome === 'accepted' ? 'accepted' : 'not-delivered',
        })),
      })),
    ],
    [
      'too early or too often',
      'a 4xx of a proxy is taken for a refusal',
      {
        wrapAgent: (core) => {
          const sentAt = new Map<string, number>();
          return {
            start: core.start,
            handle: (before, input, now) => {
              const key = input.type === 'EventsDelivered' ? `${before.hostname} ${input.rolloutId}` : '';
              const isBounced = key !== '' && now - (sentAt.get(key) ?? now) < REQUEST_TIMEOUT_MS / 2;
              const asRefused = (sent: SentEvent): SentEvent =>
                sent.outcome === 'not-delivered' ? { ...sent, outcome: 'refused' } : sent;
              const changed =
                isBounced && input.type === 'EventsDelivered'
                  ? { ...input, events: input.events.map(asRefused) }
                  : input;
              const turn = core.handle(before, changed, now);
              for (const effect of turn.effects) {
                if (effect.type === 'SendEvents')
                  sentAt.set(`${before.hostname} ${effect.rolloutId}`, now + effect.afterMs);
              }
              return turn;
            },
          };
        },
      },
    ],
    [
      'wrong one',
      'a lost request counts as an accepted one',
      agentInput('EventsDelivered', (input) => ({
        ...input,
        events: input.events.map(({ seq }): SentEvent => ({ seq, outcome: 'accepted' })),
      })),
    ],
    [
      'wrong one',
      'an event gets a new number when it is sent again',
      agentEffect('SendEvents', (effect) =>
        effect.afterMs === 0
          ? [effect]
          : [{ ...effect, events: effect.events.map((event) => ({ ...event, seq: event.seq + 1 })) }],
      ),
    ],
    [
      'wrong one',
      'events are sent under the newest rollout, whichever they are of',
      agentEffect('SendEvents', (effect, { activeRolloutId }) => [
        { ...effect, rolloutId: activeRolloutId ?? effect.rolloutId },
      ]),
    ],
    [
      'wrong one',
      'the events of one request are in reverse order',
      agentEffect('SendEvents', (effect) => [{ ...effect, events: effect.events.toReversed() }]),
    ],
    [
      'never',
      'undelivered events of a rollout are dropped when the next begins',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            if (input.type !== 'Dispatch') return core.handle(before, input, now);
            const rollouts = before.rollouts.map((rollout) => ({ ...rollout, undelivered: [], inFlight: 0 }));
            return core.handle({ ...before, rollouts }, input, now);
          },
        }),
      },
    ],
  ]),
  ...rule('agent 4: retries', [
    ['too early or too often', 'retries do not wait', agent({ retryDelay: () => ({ afterMs: 0, jitterMs: 0 }) })],
    [
      'too early or too often',
      'every retry waits as long as the first',
      agent({ retryDelay: (retry, attempts) => AGENT_RULES.retryDelay(retry, Math.min(attempts, 1)) }),
    ],
    [
      'wrong one',
      'retries wait less each time',
      agent({
        retryDelay: (retry, attempts) => AGENT_RULES.retryDelay(retry, attempts === 0 ? 0 : Math.max(1, 7 - attempts)),
      }),
    ],
    [
      'never',
      'the wait has no cap',
      agent({
        retryDelay: (retry, attempts) => AGENT_RULES.retryDelay({ ...retry, capMs: Number.MAX_SAFE_INTEGER }, attempts),
      }),
    ],
    [
      'never',
      'retries have no jitter',
      agent({
        retryDelay: (retry, attempts) => {
          const { afterMs, jitterMs } = AGENT_RULES.retryDelay(retry, attempts);
          return { afterMs: afterMs + jitterMs, jitterMs: 0 };
        },
      }),
    ],
    [
      'too early or too often',
      'an agent sends arrays to a control plane that has not asked for them',
      agent({ batchSize: () => 100 }),
    ],
    ['never', 'a request that failed is not made smaller', agent({ batchSize: (limit) => limit })],
  ]),
  ...rule('agent 4: a full outbox', [
    [
      'wrong one',
      'durable events are dropped with the others',
      agent({
        compactBacklog: (backlog, maxEvents) => ({
          kept: backlog.slice(-Math.floor(maxEvents / 2)),
          droppedSeqs: backlog.slice(0, -Math.floor(maxEvents / 2)).map(({ event }) => event.seq),
        }),
      }),
    ],
    [
      'wrong one',
      'the newest results are dropped',
      agent({
        compactBacklog: (backlog) => ({
          kept: backlog.filter(({ durable, event }, at) => durable || at < 2 || event.type !== 'ProbeResult'),
          droppedSeqs: backlog
            .filter(({ durable, event }, at) => !durable && at >= 2 && event.type === 'ProbeResult')
            .map(({ event }) => event.seq),
        }),
      }),
    ],
    [
      'wrong one',
      'what is in flight is dropped too',
      agent({ compactBacklog: (backlog, maxEvents) => AGENT_RULES.compactBacklog(backlog, maxEvents, 0) }),
    ],
    [
      'wrong one',
      'only what must be durable may be dropped',
      agent({
        compactBacklog: (backlog, maxEvents, inFlight) => {
          const turned = backlog.map(({ event, durable }) => ({ event, durable: !durable }));
          const { kept, droppedSeqs } = AGENT_RULES.compactBacklog(turned, maxEvents, inFlight);
          return { kept: backlog.filter(({ event }) => kept.some((one) => one.event === event)), droppedSeqs };
        },
      }),
    ],
    [
      'never',
      'what is dropped from memory stays on disk',
      agentEffects((effect, _after, input) =>
        effect.type === 'RemoveFromOutbox' && input.type === 'ProbeOutcome' ? [] : [effect],
      ),
    ],
  ]),
];
