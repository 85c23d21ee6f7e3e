import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { allExercises, conform } from 'nixfleet-statechart/testing';

const REQUESTS = 100_000;
const SAMPLES = 10;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc');

const command = `'${process.execPath}' '${fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))}' peer`;

/** 100,000 questions to our own peer, a process of its own: how long it takes, and what is held along the way. */
export async function benchConform() {
  const heapMiB = [];
  const begin = performance.now();
  const report = await conform(questions(heapMiB), { peer: command });
  const seconds = (performance.now() - begin) / 1_000;
  if (report.verdict !== 'conforms' || report.asked !== REQUESTS) {
    throw new Error(`our own peer must conform, and it is told: ${report.verdict} after ${report.asked} questions`);
  }
  return { requests: REQUESTS, seconds, heapMiB };
}

/** Everything that there is to ask, again and again. */
function* questions(heapMiB) {
  let asked = 0;
  for (;;) {
    for (const exercise of allExercises()) {
      yield exercise;
      asked += 1;
      if (asked % (REQUESTS / SAMPLES) === 0) {
        collectGarbage();
        heapMiB.push(process.memoryUsage().heapUsed / 2 ** 20);
      }
      if (asked === REQUESTS) return;
    }
  }
}
