import { workOnJob } from './work-on-job.ts';

// A worker outlives the agent, the session and a stop of the service: only its command decides when it ends.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const [folder = '', id = ''] = process.argv.slice(2);
await workOnJob(folder, id);
