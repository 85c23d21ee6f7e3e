import { benchFleetOf, benchJudging, benchSimulator } from './simulator.mjs';
import { benchStep } from './step.mjs';

const round = (value) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

console.log('One host life of 12 events on one core, mean of one run, collections of garbage included:');
for (const { name, perSecond, ratio } of await benchStep()) {
  console.log(`  ${name.padEnd(32)} ${round(perSecond).padStart(12)} transitions/s ${round(ratio).padStart(8)} x`);
}

const { perSecond, stepsAlone } = benchSimulator();
console.log('\n500 simulated hosts with six probes every five seconds, all invariants on, by processor time:');
console.log(`  ${round(perSecond)} machine steps/s, each as long as ${round(stepsAlone)} steps of the machine alone`);

const { judged, unjudged, share } = benchJudging(50);
console.log('\n50 simulated hosts, the cheapest of 60 runs, by processor time:');
console.log(
  `  ${round(judged)} ms, ${round(unjudged)} ms without judges, so that judging takes ${round(share * 100)} %`,
);

if (process.argv.includes('--scale')) {
  const fleets = [1_000, 10_000, 100_000].map(benchFleetOf);
  console.log('\nsimulate --hosts, each time in a process of its own:');
  for (const { hosts, usPerHost, peakRssBytes } of fleets) {
    const ratio = usPerHost / fleets[0].usPerHost;
    const mebibytes = peakRssBytes / 2 ** 20;
    console.log(
      `  ${round(hosts).padStart(7)} hosts ${round(usPerHost).padStart(6)} us/host ${round(ratio).padStart(5)} x ${round(mebibytes).padStart(6)} MiB at most`,
    );
  }
}

if (process.argv.includes('--runtime')) {
  const { printRuntime } = await import('./runtime.mjs');
  console.log('');
  await printRuntime({ seconds: 60, hosts: 100_000, polls: 19_000, events: 200, inputs: 1_000_000 });
}

if (process.argv.includes('--page')) {
  console.log('\nThe page, in a real browser:');
  await import('./page.mjs');
}

if (process.argv.includes('--conform')) {
  const { benchConform } = await import('./conform.mjs');
  const { requests, seconds, heapMiB } = await benchConform();
  const held = heapMiB.map((mebibytes) => round(mebibytes)).join(', ');
  console.log('\nconform, with our own implementation as a peer in a process of its own:');
  console.log(`  ${round(requests)} requests in ${round(seconds)} s; held after each tenth, in MiB: ${held}`);
}
