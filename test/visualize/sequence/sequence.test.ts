import { describe, expect, it } from 'vitest';
import { NO_FAULTS, simulate, type RunMessage } from '../../../src/simulator/index.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { runFileOf } from '../../../src/visualize/run-file/run-file.ts';
import { foldQuiet } from '../../../src/visualize/sequence/sequence.ts';
import { messageWords, quietWords } from '../../../src/visualize/sequence/message-words.ts';
import { layOutSequence } from '../../../src/visualize/sequence/sequence.ts';
import { sequenceMermaid } from '../../../src/visualize/sequence/sequence-mermaid.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../support/shown-run.ts';

const calm = demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'halt', trouble: 'a few bad hosts' });
const scenario = { ...calm, rates: { ...NO_FAULTS, requestLost: 0.1, answerLost: 0.1, requestDuplicated: 0.1 } };
const [first, second] = scenario.hosts.map(({ hostname }) => hostname);
const chosen = new Set([first ?? '', second ?? '']);
const file = recordRun(scenario, undefined, chosen);
const recorded = file.messages ?? { hostnames: [], messages: [], leftOut: 0 };

describe('recording messages', () => {
  it('changes nothing about the run', () => {
    const { messages, ...rest } = file;
    expect(messages).not.toBeNull();
    expect(rest).toEqual({ ...recordRun(scenario), messages: undefined });
  });
  it('keeps those of the selected hosts in order, including lost and repeated ones', () => {
    expect(new Set(recorded.messages.map(({ hostname }) => hostname))).toEqual(chosen);
    const times = recorded.messages.map(({ sentRunMs }) => sentRunMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(recorded.messages.some(({ fate }) => fate === 'lost')).toBe(true);
    expect(recorded.messages.some(({ isDuplicate }) => isDuplicate)).toBe(true);
    for (const { fate, arrivedRunMs, sentRunMs } of recorded.messages) {
      expect(arrivedRunMs === null).toBe(fate === 'lost' || fate === 'bounced');
      if (arrivedRunMs !== null) expect(arrivedRunMs).toBeGreaterThanOrEqual(sentRunMs);
    }
  });
  it('has every event accepted by the control plane among those that arrived', () => {
    const { history } = shownRun(file);
    const arrived = new Set(
      recorded.messages.flatMap(({ hostname, content, fate }) =>
        content.type === 'events' && fate === 'arrived'
          ? content.events.map(({ type, seq }) => `${hostname} ${type} ${seq}`)
          : [],
      ),
    );
    const accepted = history.events.filter(
      (event) => event.type === 'EventAccepted' && event.hostname !== null && chosen.has(event.hostname),
    );
    expect(accepted.length).toBeGreaterThan(10);
    for (const event of accepted)
      if (event.type === 'EventAccepted')
        expect(arrived).toContain(`${event.hostname} ${event.event.type} ${event.event.seq}`);
  });
  it('marks requests that found the control plane down', () => {
    const down = simulate(
      {
        ...scenario,
        rates: NO_FAULTS,
        steps: [{ when: { type: 'At', atMs: 60_000 }, do: { type: 'restart-control-plane', downMs: 120_000 } }],
      },
      { messagesOf: chosen },
    );
    expect(runFileOf(down).messages?.messages.some(({ fate }) => fate === 'unanswered')).toBe(true);
  });
});

describe('a run file', () => {
  it('is read with its messages, or says that none were recorded', () => {
    expect(shownRun(file).file.messages).toEqual(file.messages);
    const { messages: _, ...without } = recordRun(scenario);
    // Files of earlier builds have no such field.
    expect(shownRun(without as typeof file).file.messages).toBeNull();
  });
});

const message = (content: RunMessage['content'], part: Partial<RunMessage> = {}): RunMessage => ({
  sentRunMs: recorded.messages[0]!.sentRunMs,
  arrivedRunMs: recorded.messages[0]!.sentRunMs,
  hostname: 'web',
  from: 'agent',
  fate: 'arrived',
  isDuplicate: false,
  content,
  ...part,
});
const heartbeat = message({ type: 'heartbeat', currentClosure: null, rollouts: [] });
const answer = message({ type: 'heartbeat-answer', replayFrom: null, bootstrapped: [] }, { from: 'control-plane' });
const replay = message({ type: 'heartbeat-answer', replayFrom: 3, bootstrapped: [] }, { from: 'control-plane' });

describe('folding', () => {
  it('keeps messages that are lost, repeated or have news', () => {
    const lost = { ...heartbeat, fate: 'lost', arrivedRunMs: null } as const;
    const folded = foldQuiet([heartbeat, answer, heartbeat, answer, lost, heartbeat, replay], []);
    expect(folded.map((each) => (each.type === 'quiet' ? each.messages.length : each.message))).toEqual([
      4,
      lost,
      1,
      replay,
    ]);
    expect(quietWords([heartbeat, answer, heartbeat])).toBe('2 heartbeats');
    expect(messageWords(lost)).toBe('heartbeat (lost)');
    expect(messageWords(replay)).toBe('send again from #3');
  });
  it('never spans an event in between', () => {
    expect(foldQuiet([heartbeat, answer], [heartbeat.sentRunMs]).map(({ type }) => type)).toEqual(['quiet']);
    const later = { ...heartbeat, sentRunMs: (heartbeat.sentRunMs + 10) as typeof heartbeat.sentRunMs };
    expect(foldQuiet([heartbeat, later], [heartbeat.sentRunMs + 5])).toHaveLength(2);
  });
});

describe('the diagram', () => {
  const run = shownRun(file);
  const host = run.hosts.find(({ hostname }) => hostname === first);
  const own = recorded.messages.filter(({ hostname }) => hostname === first);
  const sequence = layOutSequence(own, run.eventsOf(host?.number ?? -1));

  it('goes from top to bottom, with a row for each item', () => {
    const ys = sequence.items.map(({ y }) => y);
    for (const [index, y] of ys.entries()) if (index > 0) expect(y - (ys[index - 1] ?? 0)).toBeGreaterThanOrEqual(20);
    for (const item of sequence.items) {
      expect(item.y).toBeLessThan(sequence.height);
      if (item.type === 'message') expect(item.toY).toBeGreaterThanOrEqual(item.y);
    }
    expect(sequence.yAt(0)).toBeLessThanOrEqual(sequence.yAt(file.endedRunMs));
  });
  it('shows each message once, or in a fold', () => {
    const folded = foldQuiet(own, []).reduce(
      (sum, each) => sum + (each.type === 'quiet' ? each.messages.length : 1),
      0,
    );
    expect(folded).toBe(own.length);
    expect(sequence.items.some(({ type }) => type === 'note')).toBe(true);
  });
  it('is text for Mermaid, with a line for each item', () => {
    const lines = sequenceMermaid(first ?? '', sequence)
      .trim()
      .split('\n');
    expect(lines).toHaveLength(3 + sequence.items.length);
    expect(lines.filter((line) => line.includes('-x')).length).toBeGreaterThan(0);
    for (const line of lines) expect(line).not.toContain(';');
  });
});
