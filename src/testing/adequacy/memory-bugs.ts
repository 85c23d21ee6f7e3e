import { isObject } from '../../text/index.ts';
import { type Json, type PlantedBug, type StepQuestion } from './planted-bug.ts';

/** A bug that keeps state between steps. */
const remembering = (name: string, plant: () => (answer: Json, question: StepQuestion) => Json): PlantedBug => ({
  kind: 'memory',
  name,
  plant: () => {
    const inner = plant();
    return (answer, question) => (question.op === 'step' ? inner(answer, question) : answer);
  },
});

const isFailing = ({ ok }: Json): boolean => isObject(ok) && isObject(ok['state']) && ok['state']['state'] === 'Failed';

const WRONG: Json = { err: { kind: 'IllegalForState' } };

/** Gives the first value seen for a key instead of the right one. */
const stickyField = (name: string, field: string, keyOf: (question: StepQuestion) => string): PlantedBug =>
  remembering(name, () => {
    const first = new Map<string, unknown>();
    return (answer, question) => {
      const { ok } = answer;
      if (!isObject(ok) || !isObject(ok['state'])) return answer;
      const key = keyOf(question);
      if (!first.has(key)) first.set(key, ok['state'][field]);
      const value = first.get(key);
      if (value === ok['state'][field]) return answer;
      return { ok: { ...ok, state: { ...ok['state'], [field]: value } } };
    };
  });

/** Repeats its answer to the same key. */
const caching = (name: string, keyOf: (question: StepQuestion) => unknown): PlantedBug =>
  remembering(name, () => {
    const known = new Map<string, Json>();
    return (answer, question) => {
      const key = JSON.stringify(keyOf(question));
      const before = known.get(key) ?? answer;
      known.set(key, before);
      return before;
    };
  });

/** The effects of an accepted step. */
const effectsIn = ({ ok }: Json): readonly Json[] =>
  // Safe: an answer's effects are a list of objects.
  isObject(ok) && Array.isArray(ok['effects']) ? (ok['effects'] as readonly Json[]) : [];

const everyNth = (count: number): PlantedBug =>
  remembering(`is wrong every ${count} steps`, () => {
    let steps = 0;
    return (answer) => {
      steps += 1;
      return steps % count === 0 ? WRONG : answer;
    };
  });

/** Bugs of reducers that keep state which should come from each question. */
export const memoryBugs: readonly PlantedBug[] = [
  ...[97, 500, 1_000, 10_000].map(everyNth),
  stickyField('keeps the first target of a host', 'targetClosure', ({ state }) => state.hostname),
  stickyField('keeps the first channel of a host', 'channel', ({ state }) => state.hostname),
  stickyField('keeps the first target of a rollout', 'targetClosure', ({ state }) => state.rolloutId),
  stickyField('keeps when a host was dispatched first', 'dispatchedAt', ({ state }) => state.hostname),
  stickyField('keeps the first window of a rollout', 'soakDueAt', ({ state }) => state.rolloutId),
  remembering('refuses a number that the host has used before, in whichever rollout', () => {
    const used = new Map<string, number>();
    return (answer, { state, event }) => {
      const last = used.get(state.hostname) ?? 0;
      used.set(state.hostname, Math.max(last, event.seq));
      return state.lastEventSeq < last && 'ok' in answer ? { err: { kind: 'SeqRegression' } } : answer;
    };
  }),
  remembering('refuses the same question twice', () => {
    let before = '';
    return (answer, question) => {
      const key = JSON.stringify([question.state.hostname, question.state.rolloutId, question.event]);
      const isSame = key === before;
      before = key;
      return isSame && 'ok' in answer ? { err: { kind: 'SeqRegression' } } : answer;
    };
  }),
  remembering('refuses everything of a host once it has converged', () => {
    const converged = new Set<string>();
    return (answer, { state }) => {
      const key = `${state.hostname} ${state.rolloutId}`;
      const wasConverged = converged.has(key);
      if (isObject(answer['ok']) && isObject(answer['ok']['state']) && answer['ok']['state']['state'] === 'Converged') {
        converged.add(key);
      }
      return wasConverged && 'ok' in answer ? WRONG : answer;
    };
  }),
  remembering('knows 256 hosts', () => {
    const hosts = new Set<string>();
    return (answer, { state }) => {
      if (hosts.size < 256) hosts.add(state.hostname);
      return hosts.has(state.hostname) ? answer : WRONG;
    };
  }),
  caching('answers by the name and the event alone, as it did before', ({ state, event }) => [
    state.hostname,
    state.rolloutId,
    state.state,
    event.type,
    event.seq,
  ]),
  caching('caches answers without the policy', ({ state, event }) => [state, event]),
  caching('caches answers without the record', ({ state, event }) => [state.hostname, state.state, event]),
  caching('caches answers by names that it joins', ({ state, event }) => [
    `${state.rolloutId}/${state.hostname}`,
    event.type,
    event.seq,
  ]),
  remembering('applies the policy of the question before', () => {
    let before: string | null = null;
    return (answer, { policy, event }) => {
      const isOther = before !== null && before !== policy.onHealthFailure;
      before = policy.onHealthFailure;
      return isOther && isFailing(answer) && event.type.endsWith('ActivationFailed') ? WRONG : answer;
    };
  }),
  remembering('quarantines a closure once', () => {
    const known = new Set<string>();
    return (answer) => {
      const wanted = effectsIn(answer).filter(({ type }) => type === 'RemoteInsertQuarantine');
      const isKnown = wanted.some((effect) => known.has(JSON.stringify(effect)));
      for (const effect of wanted) known.add(JSON.stringify(effect));
      return isKnown ? WRONG : answer;
    };
  }),
  remembering('refuses to dispatch what it has quarantined', () => {
    const quarantined = new Set<string>();
    return (answer, { state, event }) => {
      const key = JSON.stringify([state.channel, state.targetClosure]);
      if (event.type === 'RemoteRollbackComplete' && 'ok' in answer) quarantined.add(key);
      return event.type === 'RemoteDispatchAck' && 'ok' in answer && quarantined.has(key) ? WRONG : answer;
    };
  }),
  remembering('mixes up hosts whose names join to the same text', () => {
    const known = new Map<string, string>();
    return (answer, { state }) => {
      const key = `${state.channel}${state.hostname}`;
      const rollout = known.get(key) ?? state.rolloutId;
      known.set(key, rollout);
      return rollout === state.rolloutId || !('ok' in answer) ? answer : WRONG;
    };
  }),
  stickyField('keeps the first probes of a host', 'probes', ({ state }) => `${state.hostname} ${state.state}`),
  stickyField('keeps when a probe of a host was observed first', 'probeObservedFirstAt', ({ state }) => state.hostname),
  stickyField('keeps one spelling of a rollout', 'rolloutId', ({ state }) => state.rolloutId.toLowerCase()),
  stickyField('keeps one spelling of a host', 'hostname', ({ state }) => state.hostname.toLowerCase()),
  stickyField('keeps one normal form of a host', 'hostname', ({ state }) => state.hostname.normalize('NFC')),
  remembering('keeps the first policy of a rollout', () => {
    const first = new Map<string, string>();
    return (answer, { state, policy }) => {
      const known = first.get(state.rolloutId) ?? policy.onHealthFailure;
      first.set(state.rolloutId, known);
      return known === policy.onHealthFailure || !isFailing(answer) ? answer : WRONG;
    };
  }),
  remembering('refuses what follows a refusal of the same host', () => {
    const refused = new Set<string>();
    return (answer, { state }) => {
      const key = `${state.hostname} ${state.rolloutId}`;
      const wasRefused = refused.delete(key);
      if ('err' in answer) refused.add(key);
      return wasRefused && 'ok' in answer ? WRONG : answer;
    };
  }),
  remembering('continues with the previous host when a name is empty', () => {
    let before = '';
    return (answer, { state }) => {
      const isOther = state.hostname === '' && before !== '' && 'ok' in answer;
      before = state.hostname;
      return isOther ? WRONG : answer;
    };
  }),
  remembering('takes time that goes back for a mistake', () => {
    let latest = -Infinity;
    return (answer, { now }) => {
      const isBack = now < latest;
      latest = Math.max(latest, now);
      return isBack && 'ok' in answer ? WRONG : answer;
    };
  }),
  remembering('forgets a host when 64 others came after it', () => {
    const recent: string[] = [];
    const ever = new Set<string>();
    return (answer, { state }) => {
      const key = `${state.hostname} ${state.rolloutId}`;
      const isForgotten = ever.has(key) && !recent.includes(key);
      ever.add(key);
      recent.splice(recent.indexOf(key) === -1 ? recent.length : recent.indexOf(key), 1);
      recent.push(key);
      if (recent.length > 64) recent.shift();
      return isForgotten && 'ok' in answer ? WRONG : answer;
    };
  }),
  remembering('counts the events of a host in 8 bits', () => {
    const counts = new Map<string, number>();
    return (answer, { state }) => {
      const key = `${state.hostname} ${state.rolloutId}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count % 256 === 0 ? WRONG : answer;
    };
  }),
  {
    kind: 'memory',
    name: 'loses the probes of a host that was restored',
    plant: () => {
      let restored = '';
      return (answer, question) => {
        if (question.op === 'rehydrate') restored = question.state.hostname;
        if (question.op !== 'step' || question.state.hostname !== restored || !isObject(answer['ok'])) return answer;
        restored = '';
        const state = answer['ok']['state'];
        return isObject(state) ? { ok: { ...answer['ok'], state: { ...state, lastEventSeq: 0 } } } : answer;
      };
    },
  },
  {
    kind: 'memory',
    name: 'restores a record once',
    plant: () => {
      const restored = new Set<string>();
      return (answer, question) => {
        if (question.op !== 'rehydrate') return answer;
        const key = JSON.stringify(question.state);
        const isKnown = restored.has(key);
        restored.add(key);
        return isKnown ? { ok: { effects: [] } } : answer;
      };
    },
  },
  {
    kind: 'memory',
    name: 'begins a rollout in the last wave of its channel',
    plant: () => {
      const waves = new Map<string, number>();
      return (answer, question) => {
        if (question.op === 'rollout_step') waves.set(question.record.channel, question.record.currentWave);
        if (question.op !== 'rollout_start' || !isObject(answer['ok']) || !isObject(answer['ok']['record']))
          return answer;
        const currentWave = waves.get(question.rollout.channel) ?? 0;
        return currentWave === 0 ? answer : { ok: { record: { ...answer['ok']['record'], currentWave } } };
      };
    },
  },
];
