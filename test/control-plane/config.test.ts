import { expect, test } from 'vitest';
import { controlPlaneCore, DEFAULT_CONFIG } from '../../src/control-plane/index.ts';

test('what is not given has its default', () => {
  expect(controlPlaneCore().start().config).toEqual(DEFAULT_CONFIG);
  expect(controlPlaneCore().start({ maxStrangers: 0 }).config).toEqual({ ...DEFAULT_CONFIG, maxStrangers: 0 });
});

test('a configuration out of range is refused, every wrong value named', () => {
  const wrong = { heartbeatSecs: 0, missedHeartbeats: 0.5, maxStrangers: -1, dispatchFrom: Number.NaN };
  expect(() => controlPlaneCore().start(wrong)).toThrow(
    /heartbeatSecs.* got 0; missedHeartbeats.* got 0\.5; maxStrangers.* got -1; dispatchFrom.* got NaN/,
  );
});
