import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { toHostEvent, toLocalEvent, toWireEvent } from '../../src/machine/event-forms.ts';
import { eventTable, seqFields, type HostEvent } from '../../src/machine/events.ts';
import { hostRecordFields } from '../../src/machine/record.ts';
import { step } from '../../src/machine/step.ts';
import { hostStates } from '../../src/machine/vocabulary.ts';
import { aHost, HALT, ROLLBACK } from '../support/a-host.ts';
import { withoutMessage } from '../support/assert-step.ts';
import { withOddFields } from '../support/odd-values.ts';
import { oracle } from '../support/oracle.ts';
import { eventSampleList } from '../wire/event-samples.ts';

const policies = [HALT, ROLLBACK];

// Not vitest's equality: it takes a probe called `constructor` for the type of the object.
const expectOracle = (record: ReturnType<typeof aHost>, event: HostEvent) => {
  for (const policy of policies) {
    assert.deepEqual(withoutMessage(step(record, event, 0, policy)), oracle(record, event, policy));
  }
};

describe.each(eventSampleList)('$type', ({ event }) => {
  test('is taken as the specification says, whatever its fields hold', () => {
    const { fields, localFields } = eventTable[event.type];
    const hosts = hostStates.map((state) => aHost({ state, currentClosure: 'new' }));
    for (const host of hosts) {
      const locals = withOddFields(toLocalEvent(event, host), { ...fields, ...localFields, ...seqFields });
      const remotes = withOddFields(toHostEvent(event), { ...fields, ...seqFields });
      for (const odd of [...locals, ...remotes]) expectOracle(host, odd);
    }
  });

  test('is taken as the specification says, whatever the record holds', () => {
    for (const state of hostStates) {
      for (const host of withOddFields(aHost({ state, currentClosure: 'new' }), hostRecordFields)) {
        for (const sent of [toLocalEvent(event, host), toHostEvent(event)]) expectOracle(host, sent);
      }
    }
  });

  test('is reported with its values unchanged', () => {
    for (const odd of withOddFields(event, eventTable[event.type].fields)) {
      assert.deepEqual(toWireEvent(toHostEvent(odd)), odd);
      assert.deepEqual(toWireEvent(toLocalEvent(odd, aHost())), odd);
    }
  });
});

test('numbers at the limits of integers are compared exactly', () => {
  const event = { type: 'RemoteActivationStarted', startedAt: 1, switchMethod: 'switch' } as const;
  for (const last of [2 ** 31 - 1, 2 ** 32 - 1, 2 ** 53 - 2]) {
    const host = aHost({ state: 'Activating', lastEventSeq: last });
    const taken = step(host, { ...event, seq: last + 1 }, 0, HALT);
    expect(taken.ok && taken.state.lastEventSeq).toBe(last + 1);
    expect(step(host, { ...event, seq: last }, 0, HALT)).toMatchObject({ error: { kind: 'SeqRegression', last } });
  }
});

test('a soak ends at its very millisecond, before 1970 and far ahead', () => {
  for (const soakDueAt of [-62_167_219_200_000, -1_001, -1, 0, 999, 253_402_300_799_999]) {
    const host = aHost({ state: 'Soaking', soakDueAt });
    const event = { type: 'RemoteConverged', currentClosure: 'new', seq: 9 } as const;
    expect(step(host, { ...event, convergedAt: soakDueAt }, 0, HALT).ok).toBe(true);
    expect(step(host, { ...event, convergedAt: soakDueAt - 1 }, 0, HALT)).toMatchObject({
      error: { invariant: 'soak-not-elapsed' },
    });
  }
});
