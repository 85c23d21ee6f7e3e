import { hostRolloutMachine, newPendingHost, step } from 'nixfleet-statechart';
import { Bench } from 'tinybench';
import { createActor, initialTransition, transition } from 'xstate';
import { input, life } from './host-life.mjs';

/** Lives in one timed call, so that reading the clock weighs nothing beside the fastest way. */
const LIVES = 20;

const expectConverged = (state) => {
  if (state !== 'Converged') throw new Error(`the life must end Converged, and ended ${String(state)}`);
};

const ways = {
  'step (compiled from the chart)': () => {
    let record = newPendingHost(input);
    for (const event of life) {
      const result = step(record, event, input.dispatchedAt, input.policy);
      if (!result.ok) throw new Error(result.error.message);
      record = result.state;
    }
    expectConverged(record.state);
  },
  'XState actor.send': () => {
    const actor = createActor(hostRolloutMachine, { input }).start();
    for (const event of life) actor.send(event);
    expectConverged(actor.getSnapshot().value);
  },
  'XState transition()': () => {
    let [snapshot] = initialTransition(hostRolloutMachine, input);
    for (const event of life) [snapshot] = transition(hostRolloutMachine, snapshot, event);
    expectConverged(snapshot.value);
  },
};

/**
 * Transitions a second of each way, all on the same machine and the same life, taken in one run.
 *
 * @param {import('tinybench').BenchOptions} times
 */
export async function benchStep(times = { time: 1_000, warmupTime: 500 }) {
  const bench = new Bench(times);
  for (const [name, run] of Object.entries(ways)) {
    bench.add(name, () => {
      for (let lives = 0; lives < LIVES; lives++) run();
    });
  }
  await bench.run();
  const rates = bench.tasks.map((task) => ({
    name: task.name,
    perSecond: (1_000 / task.result.latency.mean) * LIVES * life.length,
  }));
  const slowest = Math.min(...rates.map((rate) => rate.perSecond));
  return rates.map((rate) => ({ ...rate, ratio: rate.perSecond / slowest }));
}
