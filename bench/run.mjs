import { benchStep } from './step.mjs';

const round = (value) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

console.log('One host life of 12 events on one core, mean of one run, collections of garbage included:');
for (const { name, perSecond, ratio } of await benchStep()) {
  console.log(`  ${name.padEnd(32)} ${round(perSecond).padStart(12)} transitions/s ${round(ratio).padStart(8)} x`);
}
