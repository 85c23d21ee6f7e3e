import fc from 'fast-check';

// The same cases in every run, so that a run does not fail by chance. Other cases are for the night.
if (process.env['NIGHTLY'] !== '1') fc.configureGlobal({ seed: 20_261_127 });
